import { element } from "../../element";

export interface Addition {
  language: string;
  /** Empty captions, those of a file, what a computer hears, or another language's to be translated. */
  from: "nothing" | "file" | "computer" | string;
  file: File | null;
}

const OTHER = "other";

/** Asks for a language and what to begin with; null where the person thinks better of it. */
export function askForLanguage(
  languages: readonly (readonly [tag: string, name: string])[],
  present: readonly { language: string; label: string }[],
  hearing: { listens_to: string[]; deaf: string },
): Promise<Addition | null> {
  const taken = new Set(present.map(({ language }) => language));
  const choice = element("select", { name: "language", required: true, "data-testid": "new-language" });
  const likely = likelyLanguage(languages, taken);
  for (const [tag, name] of languages) {
    if (!taken.has(tag)) choice.append(element("option", { value: tag, selected: tag === likely }, `${name} (${tag})`));
  }
  choice.append(element("option", { value: OTHER }, "Another language …"));
  const tag = element("input", { name: "tag", placeholder: "en, pt-BR, gsw …", autocomplete: "off", maxlength: 35 });
  const tagField = field("Its tag", tag);
  const file = element("input", {
    type: "file",
    name: "file",
    accept: ".srt,.vtt,text/vtt",
    "data-testid": "new-file",
  });
  const fileField = field("SRT or WebVTT file", file);
  const start = element("fieldset", { class: "field" }, element("legend", { class: "mb-1.5" }, "Begin with"));
  const options = element("div", {});
  const option = (value: string, label: string, checked = false) =>
    options.append(element("label", {}, element("input", { type: "radio", name: "from", value, checked }), label));
  option("file", "A file", true);
  option("nothing", "Nothing: I write them here");
  if (hearing.listens_to.length) option("computer", "What a computer hears: a draft to read over");
  for (const { language, label } of present) option(language, `The ones in ${label}, to translate`);
  start.append(options);
  if (hearing.deaf) start.append(element("p", { class: "field-help" }, hearing.deaf));
  const computer = options.querySelector<HTMLInputElement>('[value="computer"]');
  const cancel = element("button", { type: "button", class: "btn btn-quiet" }, "Cancel");
  const form = element(
    "form",
    { class: "flex flex-col gap-5 p-5", method: "dialog" },
    field("Language", choice),
    tagField,
    start,
    fileField,
    element(
      "div",
      { class: "flex justify-end gap-3" },
      cancel,
      element("button", { class: "btn btn-primary", "data-testid": "add-language" }, "Add"),
    ),
  );
  const dialog = element(
    "dialog",
    { class: "dialog-box", "aria-labelledby": "new-captions" },
    element(
      "header",
      { class: "border-b px-5 py-4" },
      element(
        "h2",
        { id: "new-captions", class: "section-title text-lg" },
        present.length ? "Captions in another language" : "Add captions",
      ),
    ),
    form,
  );
  const chosen = () => form.querySelector<HTMLInputElement>("[name=from]:checked")?.value ?? "nothing";
  const adapt = () => {
    if (computer) {
      computer.disabled = !hearing.listens_to.includes((choice.value.split("-")[0] ?? "").toLowerCase());
      if (computer.disabled && computer.checked) options.querySelector<HTMLInputElement>("input")?.click();
    }
    tagField.hidden = choice.value !== OTHER;
    tag.required = choice.value === OTHER;
    fileField.hidden = chosen() !== "file";
    file.required = chosen() === "file";
  };
  form.addEventListener("change", adapt);
  adapt();
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    let answer: Addition | null = null;
    cancel.addEventListener("click", () => dialog.close());
    form.addEventListener("submit", () => {
      const language = choice.value === OTHER ? tag.value.trim() : choice.value;
      answer = { language, from: chosen(), file: file.files?.[0] ?? null };
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
  });
}

/** The person's own first, then English, of what is not there yet. */
function likelyLanguage(languages: readonly (readonly [string, string])[], taken: Set<string>): string | undefined {
  const known = new Set(languages.map(([tag]) => tag));
  const wanted = navigator.languages.flatMap((tag) => [tag, tag.split("-")[0] ?? tag]);
  return [...wanted, "en"].find((tag) => known.has(tag) && !taken.has(tag));
}

function field(label: string, control: HTMLElement): HTMLElement {
  return element("label", { class: "field" }, element("span", { class: "field-label" }, label), control);
}
