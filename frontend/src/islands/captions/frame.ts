import { element } from "../../element";
import { icon } from "../../icon";
import { LISTED } from "./keys";

/** The editor's own furniture: bar of languages, what is told, and places for the rest. */
export class Frame {
  readonly tabs = element("div", { class: "tab-row captions-tabs", role: "group", "aria-label": "Languages" });
  readonly state = element("p", { class: "captions-state", role: "status", "data-testid": "save-state" });
  readonly notes = element("div", { class: "captions-notes", "aria-live": "polite", "data-testid": "caption-notes" });
  readonly save = button("Save", "btn-primary", "check", "save-captions");
  readonly undo = button("Undo", "btn-ghost", "undo-2", "undo-captions");
  readonly add = button("New caption", "btn-quiet", "plus", "add-cue");
  readonly upload = button("Replace by a file", "btn-ghost", "upload", "upload-captions");
  readonly remove = button("Delete", "btn-danger-quiet", "trash-2", "delete-captions");
  readonly vtt = link("WebVTT", "download-vtt");
  readonly srt = link("SRT", "download-srt");
  readonly label = element("input", {
    class: "control captions-label",
    maxlength: 80,
    autocomplete: "off",
    "data-testid": "caption-label",
  });
  readonly desk: HTMLElement;
  readonly empty: HTMLElement;
  #listening = element("div", { class: "empty-box", hidden: true, "data-testid": "listening" });
  readonly first = button("Add captions", "btn-primary", "plus", "first-captions");

  constructor(root: HTMLElement, stage: HTMLElement, timeline: HTMLElement, list: HTMLElement) {
    const tools = element("div", { class: "captions-tools" }, this.add, this.undo, this.state, this.save);
    const more = element(
      "div",
      { class: "captions-more" },
      element("label", { class: "captions-named" }, element("span", {}, "Name in the player’s menu"), this.label),
      this.upload,
      this.vtt,
      this.srt,
      this.remove,
    );
    this.empty = element(
      "div",
      { class: "empty-box" },
      element("div", { class: "empty-mark" }, icon("subtitles")),
      element("h2", { class: "font-display text-2xl font-medium" }, "No captions yet"),
      element("p", { class: "text-muted max-w-md" }, "Upload an SRT or WebVTT file, or write them while you listen."),
      element("div", { class: "pt-4" }, this.first),
    );
    this.desk = element(
      "div",
      { class: "captions-desk" },
      element("div", { class: "captions-left" }, stage, keyboardHelp()),
      element("div", { class: "captions-right card-box" }, tools, list, this.empty, this.#listening),
      element("div", { class: "captions-time card-box" }, timeline),
      more,
    );
    root.append(this.tabs, this.notes, this.desk);
  }

  /** A computer listens, and is so far (percent). */
  hearing(progress: number): void {
    const bar = element("progress", {
      class: "progress-track",
      max: 100,
      value: progress,
      "aria-label": "Listened to",
    });
    this.#listening.replaceChildren(
      element("div", { class: "empty-mark" }, icon("sparkles")),
      element("h2", { class: "font-display text-2xl font-medium" }, "A computer listens"),
      element(
        "p",
        { class: "text-muted max-w-md", role: "status" },
        `${progress} % of the video. You can leave this page meanwhile.`,
      ),
      bar,
    );
    this.#listening.hidden = false;
    this.empty.hidden = true;
  }

  /** Whether there are captions to work on. */
  working(there: boolean): void {
    this.#listening.hidden = true;
    this.empty.hidden = there;
    this.desk.classList.toggle("captions-none", !there);
  }

  note(text: string, tone: "info" | "warning" | "error", ...actions: HTMLElement[]): void {
    const dismiss = element(
      "button",
      { type: "button", class: "btn btn-ghost btn-xs btn-square", "aria-label": "Dismiss" },
      icon("x"),
    );
    const words = element("div", { class: "min-w-0 flex-1" }, element("p", {}, text));
    if (actions.length) words.append(element("div", { class: "flex flex-wrap gap-2 pt-2" }, ...actions));
    const drawn = { info: "info", warning: "triangle-alert", error: "circle-alert" }[tone];
    const note = element("div", { class: `notice tone-${tone}`, "data-tone": tone }, icon(drawn), words, dismiss);
    dismiss.addEventListener("click", () => note.remove());
    this.notes.append(note);
  }

  silence(): void {
    this.notes.replaceChildren();
  }
}

export function button(label: string, kind: string, drawn: string, testid: string): HTMLButtonElement {
  const attributes = { type: "button", class: `btn btn-sm ${kind}`, "data-testid": testid };
  return element("button", attributes, icon(drawn), label);
}

function link(form: string, testid: string): HTMLAnchorElement {
  const attributes = { class: "btn btn-sm btn-ghost", download: true, "data-testid": testid };
  return element("a", attributes, icon("download"), form);
}

function keyboardHelp(): HTMLElement {
  const rows = LISTED.flatMap(([keys, meaning]) => [
    element("dt", {}, ...keys.split(" ").map((key) => element("kbd", {}, key))),
    element("dd", {}, meaning),
  ]);
  return element(
    "details",
    { class: "captions-keys card-box" },
    element("summary", {}, "Keyboard"),
    element("dl", {}, ...rows),
  );
}
