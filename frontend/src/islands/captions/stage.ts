import { element } from "../../element";
import type { Problem } from "../../http";
import { Stream } from "../player/stream";
import type { EditorConfig } from "./config";

/** The video that captions are written for, with the one that is on shown over it. */
export class Stage {
  readonly root: HTMLElement;
  readonly video = element("video", {
    controls: true,
    controlslist: "nofullscreen",
    playsinline: true,
    preload: "auto",
    class: "stage-video",
    "data-testid": "captions-video",
  });
  #shown = element("p", { class: "stage-caption", "aria-hidden": "true", dir: "auto" });
  #problem = element("p", { class: "stage-problem", role: "alert" });
  #stream: Stream;

  constructor(config: EditorConfig) {
    this.video.setAttribute("aria-label", config.title);
    this.video.poster = config.poster;
    this.root = element("div", { class: "stage" }, this.video, this.#shown, this.#problem);
    const playing = { ...config, position: 0, completed: false, storyboard: null };
    const say = (problem: Problem) => {
      this.#problem.textContent = `${problem.title}. ${problem.detail}`;
    };
    const events = {
      onProblem: say,
      onRecovered: () => this.#problem.replaceChildren(),
      onLevels: () => {},
      onFull: say,
      onTrouble: () => {},
    };
    this.#stream = new Stream(this.video, { ...playing, progress_url: "", next_url: null, next_title: null }, events);
    this.#stream.start(0);
  }

  end(): void {
    this.#stream.end();
  }

  /** Milliseconds. */
  get time(): number {
    return Math.round(this.video.currentTime * 1000);
  }

  seek(milliseconds: number): void {
    const { duration } = this.video;
    this.video.currentTime = Math.max(0, Math.min(milliseconds / 1000, Number.isFinite(duration) ? duration : 1e9));
  }

  toggle(): void {
    if (this.video.paused) void this.video.play().catch(() => {});
    else this.video.pause();
  }

  caption(text: string): void {
    const plain = text
      .replace(/<[^>]*>/g, "")
      .replaceAll("&lt;", "<")
      .replaceAll("&amp;", "&");
    if (this.#shown.textContent !== plain) this.#shown.textContent = plain;
  }
}
