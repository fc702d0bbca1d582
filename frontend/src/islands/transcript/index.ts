import "./transcript.css";
import { element } from "../../element";
import { configOf } from "..";
import { bestTrack, kept } from "../player/captions";
import { clock, type Line, lineAt, linesOf } from "./vtt";

interface TranscriptConfig {
  tracks: { src: string; srclang: string; label: string }[];
}
type Track = TranscriptConfig["tracks"][number];

const CLOSED_STORE = "colonnade:transcript";

/**
 * What is said in the lecture, beside its player: follows it, seeks to a line, finds words. The root is a <details>
 * with [data-transcript] inside; its data-state is loading, ready or failed.
 */
export function mount(root: HTMLElement): () => void {
  const transcript = new Transcript(root as HTMLDetailsElement, configOf<TranscriptConfig>(root));
  return () => transcript.end();
}

class Transcript {
  #lines: Line[] = [];
  #rows: HTMLElement[] = [];
  #current = -1;
  #track: Track | undefined;
  #leave = new AbortController();
  #list = element("ol", { class: "transcript-lines", "data-testid": "transcript-lines" });
  #says = element("p", { class: "transcript-says", "aria-live": "polite", "data-testid": "transcript-says" });
  #search = element("input", {
    class: "control",
    type: "search",
    placeholder: "Find in the transcript",
    "aria-label": "Find in the transcript",
    autocomplete: "off",
    "data-testid": "transcript-search",
  });

  constructor(
    private readonly root: HTMLDetailsElement,
    { tracks }: TranscriptConfig,
  ) {
    if (wasClosed()) root.open = false;
    const tools = element("div", { class: "transcript-tools" }, this.#search);
    if (tracks.length > 1) tools.append(this.#languages(tracks));
    root.querySelector("[data-transcript]")?.replaceChildren(tools, this.#says, this.#list);
    const { signal } = this.#leave;
    this.#search.addEventListener("input", () => this.#filter(), { signal });
    this.#list.addEventListener("click", (event) => this.#seek(event.target as Element), { signal });
    this.#list.addEventListener("keydown", (event) => this.#move(event), { signal });
    // Events of media do not bubble; and the player may put another <video> in the place of the first.
    document.addEventListener("timeupdate", () => this.#follow(), { signal, capture: true });
    document.addEventListener("seeking", () => this.#follow(), { signal, capture: true });
    root.addEventListener("toggle", () => this.#toggled(), { signal });
    this.#track = bestTrack(asTracks(tracks), kept() ?? document.documentElement.lang) ?? asTracks(tracks)[0];
    if (root.open) void this.#load();
  }

  end(): void {
    this.#leave.abort();
  }

  #languages(tracks: Track[]): HTMLElement {
    const select = element("select", { class: "control", "aria-label": "Language of the transcript" });
    for (const [index, { label }] of tracks.entries()) select.append(element("option", { value: index }, label));
    queueMicrotask(() => (select.selectedIndex = tracks.findIndex(({ src }) => src === this.#track?.src)));
    select.addEventListener("change", () => {
      this.#track = tracks[select.selectedIndex];
      this.#lines = [];
      void this.#load();
    });
    return element("div", { class: "field transcript-language" }, select);
  }

  async #load(): Promise<void> {
    const track = this.#track;
    if (!track || this.#lines.length) return;
    this.root.dataset.state = "loading";
    const vtt = await fetch(track.src)
      .then((response) => (response.ok ? response.text() : null))
      .catch(() => null);
    if (track !== this.#track || this.#leave.signal.aborted) return;
    if (vtt === null) {
      this.root.dataset.state = "failed";
      this.#says.textContent = "The transcript could not be loaded. Reload the page to try again.";
      return;
    }
    this.#lines = linesOf(vtt);
    this.#show(track.srclang);
  }

  #show(language: string): void {
    this.#rows = this.#lines.map(({ start, text }, index) =>
      element(
        "li",
        {},
        element(
          "button",
          { type: "button", class: "transcript-line", "data-index": index, tabindex: index ? -1 : 0 },
          element("span", { class: "transcript-time" }, clock(start)),
          element("span", { class: "transcript-words", lang: language, dir: "auto" }, text),
        ),
      ),
    );
    this.#current = -1;
    this.#list.replaceChildren(...this.#rows);
    this.root.dataset.state = "ready";
    this.#filter();
    this.#follow();
  }

  #filter(): void {
    const wanted = this.#search.value.trim().toLocaleLowerCase();
    let found = 0;
    for (const [index, row] of this.#rows.entries()) {
      const text = this.#lines[index]?.text ?? "";
      const at = wanted ? text.toLocaleLowerCase().indexOf(wanted) : -1;
      row.hidden = wanted !== "" && at < 0;
      if (!row.hidden) found += 1;
      row.querySelector(".transcript-words")?.replaceChildren(...marked(text, at, wanted.length));
    }
    this.#says.textContent = wanted ? `${found} of ${this.#rows.length} lines` : "";
    this.#tabInto(this.#rows.findIndex(({ hidden }) => !hidden));
  }

  #follow(): void {
    const video = player();
    if (!video || !this.#lines.length || !this.root.open) return;
    const now = lineAt(this.#lines, video.currentTime + 0.01);
    if (now === this.#current) return;
    button(this.#rows[this.#current])?.removeAttribute("aria-current");
    this.#current = now;
    const line = button(this.#rows[now]);
    if (!line) return;
    line.setAttribute("aria-current", "true");
    if (this.#list.contains(document.activeElement) || this.#list.matches(":hover") || this.#search.value) return;
    this.#tabInto(now);
    // Only the list scrolls: the page is where the reader has put it.
    this.#list.scrollTo({ top: line.offsetTop - this.#list.clientHeight / 3, behavior: motion() });
  }

  #seek(target: Element): void {
    const line = this.#lines[Number(target.closest<HTMLElement>("[data-index]")?.dataset.index ?? -1)];
    const video = player();
    if (!line || !video) return;
    video.currentTime = line.start;
    void video.play().catch(() => {}); // the browser may want a click on the player first
  }

  #move(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const shown = this.#rows.filter(({ hidden }) => !hidden);
    const at = shown.findIndex((row) => row.contains(document.activeElement));
    const next = shown[Math.max(0, Math.min(shown.length - 1, at + step))];
    this.#tabInto(next ? this.#rows.indexOf(next) : -1);
    button(next)?.focus();
  }

  /** One line can be reached by the Tab key, the others by arrows: there may be a thousand. */
  #tabInto(index: number): void {
    this.#list.querySelector('[tabindex="0"]')?.setAttribute("tabindex", "-1");
    button(this.#rows[index])?.setAttribute("tabindex", "0");
  }

  #toggled(): void {
    rememberClosed(!this.root.open);
    if (this.root.open) void this.#load();
  }
}

function player(): HTMLVideoElement | null {
  return document.querySelector<HTMLVideoElement>('[data-island="player"] video');
}

function button(row: HTMLElement | undefined): HTMLElement | null {
  return row?.querySelector<HTMLElement>("button") ?? null;
}

function marked(text: string, at: number, length: number): (string | HTMLElement)[] {
  if (at < 0) return [text];
  return [text.slice(0, at), element("mark", {}, text.slice(at, at + length)), text.slice(at + length)];
}

function asTracks(tracks: Track[]): (Track & { language: string })[] {
  return tracks.map((track) => ({ ...track, language: track.srclang }));
}

function motion(): ScrollBehavior {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}

function wasClosed(): boolean {
  try {
    return localStorage.getItem(CLOSED_STORE) === "closed";
  } catch {
    return false;
  }
}

function rememberClosed(closed: boolean): void {
  try {
    localStorage.setItem(CLOSED_STORE, closed ? "closed" : "open");
  } catch {
    // Forbidden by the browser's settings: it holds for this page.
  }
}
