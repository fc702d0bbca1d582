import { Editor } from "@tiptap/core";
import Image from "@tiptap/extension-image";
import StarterKit from "@tiptap/starter-kit";
import { configOf } from "..";
import "./text-editor.css";
import { element } from "../../element";
import { type Problem, requestJson } from "../../http";
import { toastProblem } from "../../page/toasts";
import type { TextConfig } from "./config";
import { picturesOf, uploadPicture } from "./pictures";
import { type Saved, Saving, type State } from "./saving";
import { Toolbar } from "./toolbar";

const WORDS: Record<State, string> = {
  saved: "Saved",
  changed: "Not saved yet",
  saving: "Saving …",
  failed: "Could not be saved; trying again",
  stale: "Somebody else has changed this text",
};

/** Writes a text and saves it by itself. The root tells in data-state how far that is. */
export function mount(root: HTMLElement): () => void {
  const text = new TextEditor(root, configOf<TextConfig>(root));
  return () => text.end();
}

class TextEditor {
  #leave = new AbortController();
  #state = element("p", { class: "text-muted text-sm", role: "status", "data-testid": "save-state" });
  #problem = element("div", { class: "notice tone-error", role: "alert", hidden: true, "data-testid": "save-problem" });
  #asking = element("div", { class: "text-asking" });
  #file = element("input", { type: "file", accept: "image/*", class: "sr-only", tabindex: -1, "aria-hidden": "true" });
  #editor: Editor;
  #saving: Saving;

  constructor(
    private readonly root: HTMLElement,
    private readonly config: TextConfig,
  ) {
    const page = element("div", { class: "text-page card-box" });
    this.#editor = new Editor({
      element: page,
      content: config.html,
      injectCSS: false,
      extensions: [
        StarterKit.configure({
          heading: { levels: [2, 3, 4] },
          link: { openOnClick: false, defaultProtocol: "https", protocols: ["mailto", "tel"] },
        }),
        Image,
      ],
      editorProps: {
        attributes: {
          class: "rich-text",
          role: "textbox",
          "aria-multiline": "true",
          "aria-label": `Text of “${config.title}”`,
          "data-testid": "text-area",
        },
        handleDrop: (_view, event) => this.#take((event as DragEvent).dataTransfer?.files),
        handlePaste: (_view, event) => this.#take(event.clipboardData?.files),
      },
      onUpdate: () => this.#saving.changed(),
    });
    this.#saving = new Saving(
      config.version,
      () => this.#editor.getHTML(),
      (html, version) => this.#send(html, version),
      (state, problem) => this.#tell(state, problem),
    );
    const bar = new Toolbar(this.#editor, { link: () => this.#askLink(), picture: () => this.#file.click() });
    const head = element("div", { class: "text-head" }, bar.root, this.#state);
    root.append(head, this.#asking, this.#problem, page, this.#file);
    this.#listen();
    this.#tell("saved");
    if (!config.html) this.#editor.commands.focus();
  }

  end(): void {
    this.#leave.abort();
    this.#saving.end();
    this.#editor.destroy();
  }

  #listen(): void {
    const { signal } = this.#leave;
    this.#file.addEventListener("change", () => this.#take(this.#file.files), { signal });
    this.#editor.on("selectionUpdate", () => this.#askAboutPicture());
    document.addEventListener("visibilitychange", () => document.hidden && void this.#saving.now(), { signal });
    window.addEventListener(
      "beforeunload",
      (event) => {
        if (this.#saving.isSafe) return;
        void this.#saving.now();
        event.preventDefault();
      },
      { signal },
    );
  }

  #send(html: string, version: number): Promise<Saved> {
    const body = { html, version };
    return requestJson<Saved>(this.config.save_url, { method: "POST", body, csrf: this.config.csrf_token });
  }

  #tell(state: State, problem?: Problem): void {
    this.root.dataset.state = state;
    this.#state.textContent = WORDS[state];
    this.#problem.hidden = state !== "stale" && !(state === "failed" && problem?.status);
    if (problem) this.#problem.textContent = `${problem.title}. ${problem.detail}`;
  }

  #askLink(): void {
    const field = element("input", {
      class: "control min-w-0 flex-1",
      type: "text",
      "aria-label": "Address of the link",
      placeholder: "https://…",
      value: String(this.#editor.getAttributes("link").href ?? ""),
    });
    const set = element("button", { type: "submit", class: "btn btn-quiet btn-sm" }, "Set link");
    const remove = element("button", { type: "button", class: "btn btn-ghost btn-sm" }, "No link");
    const form = element("form", { class: "flex items-center gap-2" }, field, set, remove);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const href = field.value.trim();
      const chain = this.#editor.chain().focus().extendMarkRange("link");
      if (!href) chain.unsetLink().run();
      else if (this.#editor.state.selection.empty && !this.#editor.isActive("link"))
        chain
          .insertContent({ type: "text", text: href, marks: [{ type: "link", attrs: { href: whole(href) } }] })
          .run();
      else chain.setLink({ href: whole(href) }).run();
      this.#asking.replaceChildren();
    });
    remove.addEventListener("click", () => {
      this.#editor.chain().focus().extendMarkRange("link").unsetLink().run();
      this.#asking.replaceChildren();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.#asking.replaceChildren();
      this.#editor.commands.focus();
    });
    this.#asking.replaceChildren(form);
    field.focus();
  }

  /** A selected picture is asked what it shows, for those who do not see it. */
  #askAboutPicture(): void {
    this.#asking.replaceChildren();
    if (!this.#editor.isActive("image")) return;
    const field = element("input", {
      class: "control min-w-0 flex-1",
      "aria-label": "What the picture shows",
      placeholder: "What the picture shows, for those who do not see it",
      value: String(this.#editor.getAttributes("image").alt ?? ""),
      "data-testid": "picture-alt",
    });
    const place = this.#editor.state.selection.from;
    field.addEventListener("change", () => {
      this.#editor.view.dispatch(this.#editor.state.tr.setNodeAttribute(place, "alt", field.value));
    });
    this.#asking.replaceChildren(field);
  }

  /** Whether there was something to take; the editor leaves the rest to the browser. */
  #take(files: FileList | null | undefined): boolean {
    const pictures = picturesOf(files);
    for (const picture of pictures) void this.#upload(picture);
    this.#file.value = "";
    return pictures.length > 0;
  }

  async #upload(file: File): Promise<void> {
    this.#state.textContent = "Uploading the picture …";
    try {
      const { src } = await uploadPicture(this.config.pictures_url, file, this.config.csrf_token);
      this.#editor.chain().focus().setImage({ src, alt: "" }).run();
    } catch (error) {
      this.#state.textContent = WORDS.saved;
      toastProblem(error as Problem);
    }
  }
}

/** An address as people write it, with the scheme that they leave out. */
function whole(href: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(href)) return href;
  return href.includes("@") && !href.includes("/") ? `mailto:${href}` : `https://${href}`;
}
