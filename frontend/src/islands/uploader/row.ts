import { element } from "../../element";
import type { Problem } from "../../http";
import { icon } from "../../icon";
import { Meter, sizeInWords, timeInWords } from "./meter";

export type RowState = "preparing" | "uploading" | "paused" | "offline" | "failed" | "interrupted" | "done";

export interface RowActions {
  pause: () => void;
  resume: () => void;
  retry: () => void;
  cancel: () => void;
}

const WORDS: Record<Exclude<RowState, "uploading" | "failed">, string> = {
  preparing: "Preparing…",
  paused: "Paused",
  offline: "No connection. It goes on when the connection is back.",
  interrupted: "Interrupted",
  done: "Uploaded",
};

/** One file on its way: name, percent, speed, time left, and what can be done about it. */
export class Row {
  readonly root: HTMLElement;
  #state: RowState = "preparing";
  #sent = 0;
  #meter = new Meter();
  #percent = element("span", { class: "font-medium tabular-nums" });
  #note = element("span", { class: "text-muted text-sm tabular-nums", role: "status" });
  #bar: HTMLProgressElement;
  #buttons = element("div", { class: "flex shrink-0 items-center gap-1" });

  constructor(
    name: string,
    private readonly size: number,
    private readonly actions: RowActions,
  ) {
    this.#bar = element("progress", { class: "progress-track", max: 100, value: 0, "aria-label": `Upload of ${name}` });
    const words = element("div", { class: "flex items-baseline justify-between gap-3" }, this.#note, this.#percent);
    const body = element(
      "div",
      { class: "flex min-w-0 flex-1 flex-col gap-1.5" },
      element("p", { class: "truncate font-medium" }, name),
      this.#bar,
      words,
    );
    this.root = element("div", { class: "upload-row", "data-testid": "upload" }, body, this.#buttons);
    this.#draw();
  }

  get state(): RowState {
    return this.#state;
  }

  progress(sent: number): void {
    this.#sent = sent;
    this.#meter.add(sent, performance.now());
    this.#draw();
  }

  set(state: RowState, problem?: Problem): void {
    if (state !== this.#state) this.#meter.reset();
    this.#state = state;
    this.#draw(problem);
    this.#drawButtons();
  }

  say(words: string): void {
    this.#note.textContent = words;
  }

  get percent(): number {
    return this.size ? Math.floor((this.#sent / this.size) * 100) : 0;
  }

  #draw(problem?: Problem): void {
    this.root.dataset.state = this.#state;
    this.#bar.value = this.percent;
    this.#percent.textContent = `${this.percent} %`;
    this.root.classList.toggle("tone-error", this.#state === "failed");
    this.root.classList.toggle("tone-success", this.#state === "done");
    if (this.#state === "failed") {
      if (problem) this.#note.textContent = problem.detail || problem.title;
    } else {
      this.#note.textContent = this.#state === "uploading" ? this.#speed() : WORDS[this.#state];
    }
  }

  #speed(): string {
    const speed = this.#meter.speed;
    const left = this.#meter.secondsLeft(this.size);
    const sent = `${sizeInWords(this.#sent)} of ${sizeInWords(this.size)}`;
    if (!speed || left === null) return sent;
    return `${sent} · ${sizeInWords(speed)}/s · ${timeInWords(left)}`;
  }

  #drawButtons(): void {
    const { pause, resume, retry, cancel } = this.actions;
    const shown: HTMLButtonElement[] = {
      preparing: [],
      uploading: [button("Pause", "pause", pause)],
      offline: [button("Pause", "pause", pause)],
      paused: [button("Go on", "play", resume)],
      failed: [button("Try again", "rotate-ccw", retry, true)],
      interrupted: [button("Go on", "play", resume, true)],
      done: [],
    }[this.#state];
    if (this.#state !== "done") shown.push(button("Cancel the upload", "x", cancel));
    this.#buttons.replaceChildren(...shown);
  }
}

function button(label: string, symbol: string, action: () => void, words = false): HTMLButtonElement {
  const shape = words ? "btn btn-quiet btn-sm" : "btn btn-ghost btn-sm btn-square";
  const made = element("button", { class: shape, type: "button", title: words ? null : label }, icon(symbol));
  if (words) made.append(label);
  else made.setAttribute("aria-label", label);
  made.addEventListener("click", action);
  return made;
}
