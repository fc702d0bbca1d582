import { element } from "../../element";
import { SHORTEST } from "./cues";
import type { Waveform } from "./waveform";
import type { Work } from "./work";

const ZOOMS = [15, 30, 60, 120, 240]; // pixels a second
const TICKS = [0.5, 1, 2, 5, 10, 30];
const HEIGHT = 112;

/**
 * The video's time from left to right: its sound as a wave, the cues as blocks whose edges can be drawn, and where the
 * video stands. For hands and eyes: the list has the same for the keyboard and the screen reader.
 */
export class Timeline {
  readonly root: HTMLElement;
  #zoom = 2;
  #scroll = element("div", { class: "timeline-scroll", tabindex: 0, role: "group", "aria-label": "Timeline" });
  #length = element("div", { class: "timeline-length" });
  #wave = element("canvas", { class: "timeline-wave", "aria-hidden": "true" });
  #blocks = element("div", { class: "timeline-blocks", "aria-hidden": "true" });
  #head = element("div", { class: "timeline-head", "aria-hidden": "true" });
  #work: Work | null = null;
  #time = 0;
  #drawn = false;
  #held = false;
  #watch: ResizeObserver;

  constructor(
    private readonly duration: number,
    private readonly waveform: Waveform | null,
    private readonly seek: (milliseconds: number) => void,
    signal: AbortSignal,
  ) {
    const zoom = (label: string, text: string, by: number) => {
      const made = element(
        "button",
        { type: "button", class: "btn btn-ghost btn-xs btn-square", "aria-label": label },
        text,
      );
      made.addEventListener("click", () => this.#zoomBy(by), { signal });
      return made;
    };
    this.#length.append(this.#wave, this.#blocks, this.#head);
    this.#scroll.append(this.#length);
    this.root = element(
      "div",
      { class: "timeline", "data-testid": "timeline" },
      this.#scroll,
      element("div", { class: "timeline-zoom" }, zoom("Show more time", "−", -1), zoom("Show less time", "+", 1)),
    );
    this.#scroll.addEventListener("scroll", () => this.draw(), { signal, passive: true });
    this.#scroll.addEventListener("pointerdown", (event) => this.#press(event), { signal });
    this.#scroll.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
    this.#watch = new ResizeObserver(() => this.draw());
    this.#watch.observe(this.#scroll);
    signal.addEventListener("abort", () => this.#watch.disconnect());
    this.#size();
  }

  show(work: Work): void {
    this.#work = work;
    this.draw();
  }

  /** The video stands at `time` (ms); the view follows, unless somebody is drawing an edge. */
  at(time: number, follow: boolean): void {
    this.#time = time;
    const left = this.#x(time);
    const { scrollLeft, clientWidth } = this.#scroll;
    const outside = left < scrollLeft + 24 || left > scrollLeft + clientWidth - 24;
    if (follow && outside && !this.#held) this.#scroll.scrollLeft = left - clientWidth / 4;
    this.#head.style.transform = `translateX(${left}px)`;
  }

  /** Draws with the next frame; asking often costs nothing. */
  draw(): void {
    if (this.#drawn) return;
    this.#drawn = true;
    requestAnimationFrame(() => {
      this.#drawn = false;
      this.#drawWave();
      this.#drawBlocks();
    });
  }

  get #scale(): number {
    return (ZOOMS[this.#zoom] ?? 60) / 1000; // pixels a millisecond
  }

  #x(time: number): number {
    return time * this.#scale;
  }

  #size(): void {
    this.#length.style.width = `${Math.max(1, this.#x(this.duration))}px`;
    this.#head.style.transform = `translateX(${this.#x(this.#time)}px)`;
  }

  #zoomBy(step: number): void {
    const middle = (this.#scroll.scrollLeft + this.#scroll.clientWidth / 2) / this.#scale;
    this.#zoom = Math.max(0, Math.min(ZOOMS.length - 1, this.#zoom + step));
    this.#size();
    this.#scroll.scrollLeft = middle * this.#scale - this.#scroll.clientWidth / 2;
    this.draw();
  }

  #wheel(event: WheelEvent): void {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.#zoomBy(event.deltaY < 0 ? 1 : -1);
  }

  #drawWave(): void {
    const { scrollLeft, clientWidth } = this.#scroll;
    const ratio = window.devicePixelRatio || 1;
    this.#wave.width = clientWidth * ratio;
    this.#wave.height = HEIGHT * ratio;
    this.#wave.style.width = `${clientWidth}px`;
    this.#wave.style.transform = `translateX(${scrollLeft}px)`;
    const pen = this.#wave.getContext("2d");
    if (!pen || !clientWidth) return;
    pen.scale(ratio, ratio);
    const style = getComputedStyle(this.#wave);
    const from = scrollLeft / this.#scale / 1000;
    const to = (scrollLeft + clientWidth) / this.#scale / 1000;
    this.#ticks(pen, from, to, style);
    const bars = Math.ceil(clientWidth / 2);
    const peaks = this.waveform?.between(from, to, bars);
    pen.fillStyle = style.getPropertyValue("--wave");
    for (let bar = 0; peaks && bar < bars; bar += 1) {
      const height = Math.sqrt(peaks[bar] ?? 0) * (HEIGHT - 40);
      if (height > 0.5) pen.fillRect(bar * 2, 20 + (HEIGHT - 20 - height) / 2, 1.25, height);
    }
  }

  #ticks(pen: CanvasRenderingContext2D, from: number, to: number, style: CSSStyleDeclaration): void {
    const pixels = this.#scale * 1000;
    const step = TICKS.find((each) => each * pixels >= 70) ?? 60;
    pen.fillStyle = style.getPropertyValue("--ticks");
    pen.font = `11px ${style.fontFamily}`;
    for (let time = Math.floor(from / step) * step; time < Math.min(to, this.duration / 1000); time += step) {
      const x = (time - from) * pixels;
      pen.fillRect(x, 0, 1, 6);
      const minutes = Math.floor(time / 60);
      const seconds = time % 60;
      const shown = Number.isInteger(seconds) ? String(seconds).padStart(2, "0") : seconds.toFixed(1).padStart(4, "0");
      pen.fillText(`${minutes}:${shown}`, x + 4, 10);
    }
  }

  #drawBlocks(): void {
    const { scrollLeft, clientWidth } = this.#scroll;
    const [from, to] = [scrollLeft / this.#scale, (scrollLeft + clientWidth) / this.#scale];
    const work = this.#work;
    const there = new Map([...this.#blocks.children].map((block) => [(block as HTMLElement).dataset.index, block]));
    for (const [index, cue] of (work?.cues ?? []).entries()) {
      if (cue.end < from || cue.start > to) continue;
      const block = (there.get(String(index)) ?? this.#block(index)) as HTMLElement;
      there.delete(String(index));
      block.toggleAttribute("data-chosen", index === work?.selected);
      block.style.left = `${this.#x(cue.start)}px`;
      block.style.width = `${Math.max(3, this.#x(cue.end - cue.start))}px`;
      const text = block.querySelector("span");
      if (text) text.textContent = cue.text.replace(/<[^>]*>/g, "");
    }
    for (const block of there.values()) block.remove();
  }

  /** Kept from one drawing to the next: an edge that somebody has hold of stays where it is. */
  #block(index: number): HTMLElement {
    const edge = (side: string) => element("div", { class: "timeline-edge", "data-edge": side });
    const words = element("span", { dir: "auto" });
    const block = element("div", { class: "timeline-block", "data-index": index }, edge("start"), words, edge("end"));
    this.#blocks.append(block);
    return block;
  }

  #press(event: PointerEvent): void {
    const work = this.#work;
    const target = event.target as HTMLElement;
    const index = Number(target.closest<HTMLElement>("[data-index]")?.dataset.index ?? -1);
    const cue = work?.cues[index];
    if (!work || event.button !== 0) return;
    const edge = target.dataset.edge;
    if (!cue || (!edge && event.pointerType !== "mouse")) {
      this.#tap(event, cue ? index : -1);
      return;
    }
    event.preventDefault();
    this.#scroll.focus({ preventScroll: true });
    work.select(index);
    this.#drag(event, cue.start, cue.end, edge);
  }

  /** A press that may yet become a scroll: it counts when it is let go where it began. */
  #tap(event: PointerEvent, index: number): void {
    const { clientX } = event;
    const up = (end: PointerEvent) => {
      if (Math.abs(end.clientX - clientX) > 6) return;
      if (index >= 0) this.#work?.select(index);
      const { left } = this.#scroll.getBoundingClientRect();
      this.seek(Math.max(0, Math.min(this.duration, (clientX - left + this.#scroll.scrollLeft) / this.#scale)));
    };
    window.addEventListener("pointerup", up, { once: true });
    window.addEventListener("pointercancel", () => window.removeEventListener("pointerup", up), { once: true });
  }

  #drag(event: PointerEvent, start: number, end: number, edge: string | undefined): void {
    const { clientX, pointerId } = event;
    const index = this.#work?.selected ?? -1;
    const leave = new AbortController();
    let moved = false;
    this.#held = true;
    const move = (at: PointerEvent) => {
      if (at.pointerId !== pointerId) return;
      if (!moved && Math.abs(at.clientX - clientX) < 3) return;
      moved = true;
      const by = Math.round((at.clientX - clientX) / this.#scale / 10) * 10;
      const limit = (low: number, value: number, high: number) => Math.max(low, Math.min(high, value));
      if (edge === "start") this.#move(index, limit(0, start + by, end - SHORTEST), end);
      else if (edge === "end") this.#move(index, start, limit(start + SHORTEST, end + by, this.duration));
      else {
        const to = limit(0, start + by, this.duration - (end - start));
        this.#move(index, to, to + end - start);
      }
    };
    const done = () => {
      leave.abort();
      this.#held = false;
      if (moved) this.#work?.settle();
      else this.seek(edge === "end" ? end : start);
    };
    window.addEventListener("pointermove", move, { signal: leave.signal });
    window.addEventListener("pointerup", done, { signal: leave.signal });
    window.addEventListener("pointercancel", done, { signal: leave.signal });
  }

  #move(index: number, start: number, end: number): void {
    this.#work?.time(index, Math.round(start), Math.round(end), { going: true });
  }
}
