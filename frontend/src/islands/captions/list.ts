import { element } from "../../element";
import { icon } from "../../icon";
import { type Cue, faultOf, read, written } from "./cues";
import type { Command } from "./keys";
import type { Work } from "./work";

const TOOLS: [command: Command["do"], label: string, icon: string][] = [
  ["start", "Begin here", "arrow-left-to-line"],
  ["end", "End here", "arrow-right-to-line"],
  ["split", "Split", "scissors"],
  ["merge", "Merge with next", "combine"],
  ["remove", "Delete", "trash-2"],
];

/** The cues one below the other, with fields for times and text. The chosen one also has its tools. */
export class CueList {
  readonly root = element("ol", { class: "cue-list", "aria-label": "Captions", "data-testid": "cue-list" });
  #tools = element("div", { class: "cue-tools" });
  #work: Work | null = null;
  #playing = -1;

  constructor(
    private readonly act: (command: Command) => void,
    private readonly seek: (milliseconds: number) => void,
    signal: AbortSignal,
  ) {
    this.#tools.append(...TOOLS.map(([name, label, drawn]) => this.#tool(name, label, drawn)));
    const on = (name: string, listener: (event: Event) => void) =>
      this.root.addEventListener(name, listener, { signal });
    on("input", ({ target }) => this.#typed(target as HTMLElement));
    on("change", ({ target }) => this.#timed(target as HTMLInputElement));
    on("focusin", ({ target }) => this.#chosen(target as HTMLElement));
    on("click", ({ target }) => this.#clicked(target as HTMLElement));
  }

  show(work: Work): void {
    this.#work = work;
    const rows = work.cues.map((cue, index) => this.#row(cue, index));
    this.#playing = -1;
    this.root.replaceChildren(...rows);
    this.mark();
  }

  /** New times, in the rows that there are: as while an edge is drawn. */
  refresh(work: Work): void {
    if (work.cues.length !== this.root.children.length || this.#orderChanged(work)) {
      this.#keepingFocus(() => this.show(work));
      return;
    }
    for (const [index, cue] of work.cues.entries()) this.#fill(index, cue);
  }

  /** Shows which is chosen, and lets the list go there. */
  mark(): void {
    const index = this.#work?.selected ?? -1;
    this.root.querySelector("[data-chosen]")?.removeAttribute("data-chosen");
    const row = this.#at(index);
    if (!row) return;
    row.dataset.chosen = "";
    row.append(this.#tools);
    if (!row.contains(document.activeElement)) this.#reveal(row);
  }

  /** The cue that the video is at. */
  playing(index: number, follow: boolean): void {
    if (index === this.#playing) return;
    this.#at(this.#playing)?.removeAttribute("data-playing");
    this.#playing = index;
    const row = this.#at(index);
    if (!row) return;
    row.dataset.playing = "";
    if (follow && !this.root.contains(document.activeElement)) this.#reveal(row);
  }

  edit(index: number, at = Number.POSITIVE_INFINITY): void {
    const text = this.#text(index);
    if (!text) return;
    text.focus();
    const place = Math.min(at, text.value.length);
    text.setSelectionRange(place, place);
  }

  /** Takes what stands in a time's field, as leaving it would. */
  commit(): void {
    const field = document.activeElement;
    if (field instanceof HTMLInputElement && this.root.contains(field)) this.#timed(field);
  }

  /** Where the cursor stands in the chosen text, if it is there. */
  get cursor(): number | null {
    const text = this.#text(this.#work?.selected ?? -1);
    return text && text === document.activeElement ? text.selectionStart : null;
  }

  #row(cue: Cue, index: number): HTMLElement {
    const field = (side: string, label: string, value: number) =>
      element("input", {
        class: "cue-time",
        "data-side": side,
        value: written(value),
        "aria-label": `${label} of caption ${index + 1}`,
        autocomplete: "off",
        inputmode: "decimal",
        spellcheck: "false",
      });
    const text = element("textarea", {
      class: "cue-text",
      "data-cue-text": true,
      rows: 1,
      dir: "auto",
      lang: this.#work?.language,
      "aria-label": `Text of caption ${index + 1}`,
      maxlength: 2000,
      placeholder: "What is said",
    });
    text.value = cue.text;
    const go = element(
      "button",
      { type: "button", class: "cue-number", "data-go": true, "aria-label": `Go to caption ${index + 1}` },
      String(index + 1),
    );
    const row = element(
      "li",
      { class: "cue", "data-testid": "cue" },
      element(
        "div",
        { class: "cue-times" },
        go,
        field("start", "Begin", cue.start),
        element("span", { "aria-hidden": "true" }, "–"),
        field("end", "End", cue.end),
        element("span", { class: "cue-fault" }),
      ),
      text,
    );
    this.#tellFault(row, cue, index);
    return row;
  }

  #fill(index: number, cue: Cue): void {
    const row = this.#at(index);
    if (!row) return;
    for (const side of ["start", "end"] as const) {
      const field = row.querySelector<HTMLInputElement>(`[data-side="${side}"]`);
      if (field && field !== document.activeElement) field.value = written(cue[side]);
      if (field && field === document.activeElement && read(field.value) !== cue[side])
        field.value = written(cue[side]);
    }
    const text = this.#text(index);
    if (text && text.value !== cue.text) text.value = cue.text;
    this.#tellFault(row, cue, index);
  }

  #tellFault(row: HTMLElement, cue: Cue, index: number): void {
    const work = this.#work;
    const fault = work ? faultOf(cue, work.cues[index + 1], work.duration) : "";
    const said = row.querySelector(".cue-fault");
    if (said && said.textContent !== fault) said.textContent = fault;
  }

  #tool(name: Command["do"], label: string, drawn: string): HTMLElement {
    const made = element(
      "button",
      { type: "button", class: "btn btn-ghost btn-xs", "data-command": name, "data-testid": `cue-${name}` },
      icon(drawn),
      label,
    );
    // A click must not take the cursor out of the text before the text is split at it.
    made.addEventListener("pointerdown", (event) => event.preventDefault());
    made.addEventListener("click", () => this.act({ do: name } as Command));
    return made;
  }

  #typed(target: HTMLElement): void {
    if (target instanceof HTMLTextAreaElement) this.#work?.type(this.#index(target), target.value);
  }

  #timed(target: HTMLInputElement): void {
    const side = target.dataset.side;
    const index = this.#index(target);
    const cue = this.#work?.cues[index];
    if (!side || !cue) return;
    const time = read(target.value);
    if (time === null) {
      target.value = written(side === "start" ? cue.start : cue.end);
      return;
    }
    target.value = written(time);
    if (side === "start") this.#work?.time(index, time, cue.end);
    else this.#work?.time(index, cue.start, time);
  }

  #chosen(target: HTMLElement): void {
    const index = this.#index(target);
    if (index >= 0) this.#work?.select(index);
  }

  #clicked(target: HTMLElement): void {
    const index = this.#index(target);
    const cue = this.#work?.cues[index];
    if (!cue || target.closest("[data-command]")) return;
    this.#work?.select(index);
    if (target.closest("[data-go]") || !target.closest("input, textarea")) this.seek(cue.start);
  }

  #keepingFocus(change: () => void): void {
    const active = document.activeElement;
    const inside = active instanceof HTMLElement && this.root.contains(active) ? active : null;
    const selector = inside?.matches("[data-cue-text]")
      ? "[data-cue-text]"
      : inside?.dataset.side && `[data-side="${inside.dataset.side}"]`;
    change();
    if (selector)
      this.#at(this.#work?.selected ?? -1)
        ?.querySelector<HTMLElement>(selector)
        ?.focus();
  }

  #orderChanged(work: Work): boolean {
    return work.cues.some((cue, index) => this.#text(index)?.value !== cue.text);
  }

  #reveal(row: HTMLElement): void {
    const { offsetTop, offsetHeight } = row;
    const { scrollTop, clientHeight } = this.root;
    if (offsetTop < scrollTop || offsetTop + offsetHeight > scrollTop + clientHeight) {
      this.root.scrollTo({ top: offsetTop - clientHeight / 3 });
    }
  }

  #index(target: HTMLElement): number {
    const row = target.closest(".cue");
    return row ? [...this.root.children].indexOf(row) : -1;
  }

  #at(index: number): HTMLElement | undefined {
    return this.root.children[index] as HTMLElement | undefined;
  }

  #text(index: number): HTMLTextAreaElement | null {
    return this.#at(index)?.querySelector<HTMLTextAreaElement>("textarea") ?? null;
  }
}
