import "./player.css";
import { element } from "../../element";
import type { Problem } from "../../http";
import { configOf } from "..";
import { rememberCaptions } from "./captions";
import type { PlayerConfig } from "./config";
import { type Answer, Heartbeat, sendTo } from "./heartbeat";
import { type Command, commandFor, nextSpeed } from "./keyboard";
import { showKeymap } from "./keymap";
import { choices, keep } from "./memory";
import { showNext, showProblem } from "./panels";
import { Place } from "./place";
import { Reports } from "./reports";
import { Stream } from "./stream";
import { Theatre } from "./theatre";
import { buildPlayer, mendRoles } from "./view";
import { Watched } from "./watched";
import { showWatermark } from "./watermark";

const BEAT_MS = 5_000;
const NEAR_THE_END_SECONDS = 5;

/**
 * Plays a lecture. The root says how it stands in data-state (loading, ready, playing, paused, waiting, ended,
 * problem), data-levels (how many qualities), data-height (lines shown) and data-watched (percent), and sends
 * `colonnade:completed` once the lecture counts as done.
 */
export function mount(root: HTMLElement): () => void {
  const player = new Player(root, configOf<PlayerConfig>(root));
  return () => player.end();
}

class Player {
  #video: HTMLVideoElement;
  #frame: HTMLElement;
  #stream: Stream;
  #watched = new Watched();
  #heartbeat: Heartbeat;
  #place: Place;
  #reports: Reports;
  #theatre: Theatre;
  #completed: boolean;
  #problem: (() => void) | null = null;
  #next: (() => void) | null = null;
  #watermark: (() => void) | null = null;
  #leave = new AbortController();
  #beat: ReturnType<typeof setInterval>;

  constructor(
    private readonly root: HTMLElement,
    private readonly config: PlayerConfig,
  ) {
    this.#completed = config.completed;
    this.#video = root.querySelector("video") ?? element("video");
    this.#stream = new Stream(this.#video, config, {
      onProblem: (problem, code) => {
        this.#report(code);
        this.#showProblem(problem, () => void this.#stream.retry());
      },
      onRecovered: () => this.#arrived(),
      onLevels: (count) => this.#state({ levels: String(count) }),
      onFull: (problem) => this.#waitForPlace(problem),
      onTrouble: (code) => this.#report(code),
    });
    this.#place = new Place(config.stream_url, config.csrf_token);
    this.#reports = new Reports(config.report_url, config.csrf_token);
    Object.assign(this.#video, { videoRenditions: this.#stream.renditions });
    this.#frame = buildPlayer(this.#video, config);
    root.replaceChildren(...root.querySelectorAll(":scope > script"), this.#frame);
    mendRoles(this.#frame);
    if (config.watermark) this.#watermark = showWatermark(this.#frame, config.watermark);
    rememberCaptions(this.#video, this.#leave.signal);
    const key = config.viewer ? `${config.viewer}:${config.progress_url}` : config.progress_url;
    this.#heartbeat = new Heartbeat(key, sendTo(config.progress_url, config.csrf_token), (answer) =>
      this.#tell(answer),
    );
    this.#theatre = new Theatre(this.root, this.#leave.signal);
    this.#listen();
    this.#state({ state: "loading" });
    this.#stream.start(startingPoint(config));
    this.#beat = setInterval(() => this.#send(), BEAT_MS);
    void this.#heartbeat.flush(); // what an earlier visit could not send
    if (location.hash === "#play") void this.#video.play().catch(() => {}); // the browser may want a click first
  }

  end(): void {
    this.#send(true);
    clearInterval(this.#beat);
    this.#leave.abort();
    this.#next?.();
    this.#watermark?.();
    this.#place.leave();
    this.#heartbeat.end();
    this.#stream.end();
  }

  #listen(): void {
    const video = this.#video;
    const on = (name: string, listener: () => void) =>
      video.addEventListener(name, listener, { signal: this.#leave.signal });
    const at = () => [video.currentTime, performance.now()] as const;
    const stopped = (state: string) => () => {
      this.#watched.stop(...at());
      if (!this.#problem) this.#state({ state });
    };
    on("loadedmetadata", () => this.#state({ state: "ready" }));
    on("loadedmetadata", () => (video.playbackRate = choices().speed));
    on("resize", () => this.#state({ height: String(video.videoHeight) }));
    on("playing", () => this.#watched.play(...at()));
    on("playing", () => this.#state({ state: "playing" }));
    on("playing", () => this.#dropNext());
    on("timeupdate", () => this.#watched.tick(...at()));
    on("waiting", stopped("waiting"));
    on("pause", stopped("paused"));
    on("pause", () => this.#send());
    on("pause", () => this.#place.giveUp());
    on("play", () => this.#place.take());
    on("seeking", () => this.#watched.jump());
    on("seeked", () => {
      if (!video.paused && video.readyState > 2) this.#watched.play(...at());
      this.#send();
    });
    on("ratechange", () => {
      this.#watched.rate(video.playbackRate, ...at());
      if (video.readyState > 0) keep({ speed: video.playbackRate }); // before, it is the browser that resets it
    });
    on("ended", stopped("ended"));
    on("ended", () => this.#ended());
    const { signal } = this.#leave;
    window.addEventListener("pagehide", () => this.#send(true), { signal });
    window.addEventListener("pagehide", () => this.#place.leave(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.#send(true), { signal });
    window.addEventListener("online", () => void this.#heartbeat.flush(), { signal });
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
  }

  #send(leaving = false): void {
    const { currentTime, duration } = this.#video;
    const length = Number.isFinite(duration) ? duration : (this.config.duration ?? undefined);
    const seconds = this.#watched.seconds(length);
    if (!seconds.length && !this.#heartbeat.pending.length) return; // opened, but not watched
    this.#heartbeat.note(seconds, currentTime);
    void this.#heartbeat.flush(leaving);
  }

  #tell({ watched_percent, completed }: Answer): void {
    this.#state({ watched: String(watched_percent) });
    if (!completed || this.#completed) return;
    this.#completed = true;
    this.root.dispatchEvent(new CustomEvent("colonnade:completed", { bubbles: true }));
  }

  #ended(): void {
    this.#send();
    const { next_url, next_title } = this.config;
    if (!next_url) return;
    this.#next = showNext(
      this.#frame,
      next_title ?? "",
      () => location.assign(`${next_url}#play`),
      () => {
        this.#next = null;
      },
    );
  }

  #dropNext(): void {
    this.#next?.();
    this.#next = null;
  }

  #showProblem(problem: Problem, retry: () => void, label?: string): void {
    this.#problem?.();
    this.#state({ state: "problem" });
    const again = () => {
      this.#problem = null;
      this.#state({ state: "loading" });
      retry();
    };
    this.#problem = showProblem(this.#frame, problem, again, label);
  }

  /** Somebody with this account watches on as many devices as they may. */
  #waitForPlace(problem: Problem): void {
    const wanted = !this.#video.paused;
    this.#video.addEventListener("play", () => this.#stream.goOn(), { once: true, signal: this.#leave.signal });
    if (!wanted) return; // fetched ahead: by the time somebody presses play, there may be room
    this.#video.pause();
    this.#showProblem(problem, () => void this.#video.play().catch(() => {}), "Play");
  }

  #report(code: string): void {
    const { currentTime, videoHeight } = this.#video;
    this.#reports.tell({ code, position: Math.round(currentTime * 10) / 10, height: videoHeight });
  }

  /** A segment has come: nothing is wrong any more. Fetched ahead, it is no watching that would count. */
  #arrived(): void {
    this.#clearProblem();
    if (this.#video.paused) this.#place.giveUp();
  }

  #clearProblem(): void {
    if (!this.#problem) return;
    this.#problem();
    this.#problem = null;
    this.#state({ state: this.#video.paused ? "paused" : "playing" });
  }

  #key(event: KeyboardEvent): void {
    const command = commandFor(event, this.root);
    if (!command) return;
    event.preventDefault();
    this.#do(command);
    this.#frame.dispatchEvent(new PointerEvent("pointermove", { pointerType: "mouse" })); // shows the controls
  }

  #do(command: Command): void {
    const video = this.#video;
    // Through media-chrome, where it keeps the choice for the next visit or knows the browsers' differences.
    const ask = (name: string, detail?: number) =>
      this.#frame.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
    if (command.do === "toggle") video.paused ? void video.play().catch(() => {}) : video.pause();
    else if (command.do === "skip") video.currentTime = clamp(video.currentTime + command.seconds, video.duration);
    else if (command.do === "to") video.currentTime = clamp(command.fraction * video.duration, video.duration);
    else if (command.do === "speed") video.playbackRate = nextSpeed(video.playbackRate, command.step);
    else if (command.do === "volume") ask("mediavolumerequest", clamp(video.volume + command.by, 1));
    else if (command.do === "mute") ask(video.muted ? "mediaunmuterequest" : "mediamuterequest");
    else if (command.do === "keymap") showKeymap();
    else if (command.do === "theatre") this.#theatre.turn();
    else if (command.do === "note") writeNote();
    else if (command.do === "captions") ask("mediatogglesubtitlesrequest");
    else if (command.do === "picture")
      ask(document.pictureInPictureElement ? "mediaexitpiprequest" : "mediaenterpiprequest");
    else ask(document.fullscreenElement ? "mediaexitfullscreenrequest" : "mediaenterfullscreenrequest");
  }

  #state(values: Record<string, string>): void {
    Object.assign(this.root.dataset, values);
  }
}

/** Where the address says (#t=83), else where the person was. */
function startingPoint({ position, duration }: PlayerConfig): number {
  const asked = /^#t=(\d{1,6})$/.exec(location.hash)?.[1];
  if (asked !== undefined) return Math.min(Number(asked), duration ?? Number(asked));
  const over = duration !== null && position > duration - NEAR_THE_END_SECONDS;
  return over ? 0 : position;
}

/** Notes come with a request once they are in sight (see _notes_later.html), so the key may be before them. */
function writeNote(): void {
  const notes = document.getElementById("notes");
  notes?.scrollIntoView({ block: "nearest" });
  const field = notes?.querySelector<HTMLElement>("[data-note-body]");
  if (field) field.focus();
  else document.addEventListener("htmx:after:process", () => writeNote(), { once: true });
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(value, Number.isFinite(most) ? most : value)) || 0;
}
