import Hls, { type ErrorData, ErrorDetails, ErrorTypes, Events } from "hls.js";
import { element } from "../../element";
import { Problem, problemOf } from "../../http";
import { showsAv1Easily, unwanted } from "./codecs";
import { type PlayerConfig, renewedConfig } from "./config";
import { Growth } from "./growth";
import { choices, keep } from "./memory";
import { Renditions, renditionFor } from "./renditions";

const RENEW_AT_MOST_EVERY_MS = 15_000;
const MEDIA_RECOVERIES = 2;
/** Seconds: a segment, before somebody presses play, so that it starts at once and costs little if nobody does. */
const AHEAD_BEFORE_PLAY = 4;
const AHEAD = 60;
/** Bits a second of a line that nobody has measured yet: it starts on a phone. */
const UNKNOWN_LINE = 700_000;

/** Known by the time that the first playlist is here, or else it is H.264. */
let av1 = false;
void showsAv1Easily(navigator.mediaCapabilities).then((easily) => {
  av1 = easily;
});

export interface StreamEvents {
  /** `code` names it in reports. */
  onProblem: (problem: Problem, code: string) => void;
  onRecovered: () => void;
  onLevels: (count: number) => void;
  /** The viewer has as many streams as they may. */
  onFull: (problem: Problem) => void;
  /** Mended by itself, but worth telling. */
  onTrouble: (code: string) => void;
}

/**
 * Plays the HLS address in a <video>: by hls.js wherever it runs (some browsers claim HLS of their own and play it
 * badly), else by the browser. Renews signed addresses when they have expired, and says what it cannot mend.
 */
export class Stream {
  readonly renditions = new Renditions((index) => {
    if (this.#hls) this.#hls.nextLevel = index;
    keep({ quality: this.#hls?.levels[index]?.height ?? null });
  });
  #hls: Hls | null = null;
  #renewedAt = Number.NEGATIVE_INFINITY;
  #recoveries = 0;
  #throughApp = false;
  #growth: Growth | null = null;

  constructor(
    private readonly video: HTMLVideoElement,
    private config: PlayerConfig,
    private readonly events: StreamEvents,
  ) {
    window.addEventListener("online", this.#goOn);
    video.addEventListener("play", this.#lookAhead);
    window.addEventListener("pagehide", this.#remember);
  }

  start(position: number): void {
    this.#growth?.end();
    this.#hls?.destroy();
    this.#hls = null;
    if (Hls.isSupported()) this.#startHls(position);
    else this.#startNative(position);
  }

  /** Starts again where the video stands, with fresh addresses. */
  async retry(): Promise<void> {
    this.#recoveries = 0;
    await this.#renew();
  }

  /** Goes on loading after the viewer has paused elsewhere. */
  goOn(): void {
    this.#goOn();
  }

  end(): void {
    this.#remember();
    window.removeEventListener("online", this.#goOn);
    window.removeEventListener("pagehide", this.#remember);
    this.video.removeEventListener("play", this.#lookAhead);
    this.#growth?.end();
    this.#hls?.destroy();
    this.#hls = null;
  }

  #startHls(position: number): void {
    const hls = new Hls({
      startPosition: Math.max(0, position), // a video that still grows would begin at its end
      capLevelToPlayerSize: true, // no phone downloads 1080 lines for a picture of 360
      startFragPrefetch: true,
      abrEwmaDefaultEstimate: expectedLine(),
      maxBufferLength: AHEAD_BEFORE_PLAY,
      maxMaxBufferLength: AHEAD_BEFORE_PLAY,
      backBufferLength: 60,
      xhrSetup: (xhr, url) => {
        if (this.#throughApp && url.endsWith(".m4s")) xhr.open("GET", `${url}?through=app`, true);
      },
    });
    this.#hls = hls;
    if (!this.video.paused) this.#lookAhead();
    hls.on(Events.MANIFEST_PARSED, () => this.#offer(hls));
    hls.on(Events.LEVEL_UPDATED, (_event, { details }) => {
      if (!details.live) void this.#growth?.finish();
    });
    hls.on(Events.MEDIA_ATTACHED, () => this.#offerAirPlay());
    hls.on(Events.FRAG_BUFFERED, () => this.events.onRecovered());
    hls.on(Events.ERROR, (_event, data) => this.#mend(data));
    hls.loadSource(this.config.src);
    hls.attachMedia(this.video);
  }

  #offer(hls: Hls): void {
    const plain = hls.levels.filter((level) => !level.videoCodec?.startsWith("av01")).length;
    const codecs = hls.levels.map((level) => level.videoCodec ?? "");
    for (const index of unwanted(codecs, av1)) hls.removeLevel(index);
    const offered = hls.levels.map(({ width, height, bitrate }, index) => ({
      id: String(index),
      width,
      height,
      bitrate,
    }));
    const chosen = renditionFor(offered, choices().quality);
    if (chosen >= 0) hls.startLevel = hls.nextLevel = chosen;
    this.renditions.replace(offered, chosen);
    this.events.onLevels(hls.levels.length);
    if (this.config.growing) this.#growth = new Growth(this.config.src, plain, () => void this.#takeMore());
  }

  /** Other qualities are wanted, or more have been made: begins anew where it stands. */
  async #takeMore(): Promise<void> {
    const { currentTime, paused } = this.video;
    this.start(currentTime);
    if (!paused) await this.video.play().catch(() => {});
  }

  /** A television fetches for itself, so it needs an address rather than what was fetched here. */
  #offerAirPlay(): void {
    if (!("WebKitPlaybackTargetAvailabilityEvent" in window)) return;
    this.video.querySelector("source[data-airplay]")?.remove();
    const type = "application/vnd.apple.mpegurl";
    this.video.append(element("source", { type, src: this.config.src, "data-airplay": true }));
    this.video.disableRemotePlayback = false;
  }

  #startNative(position: number): void {
    this.video.src = this.config.src;
    if (position > 0) {
      this.video.addEventListener("loadedmetadata", () => (this.video.currentTime = position), { once: true });
    }
    this.video.addEventListener("error", () => void this.#renew(), { once: true });
  }

  #mend(data: ErrorData): void {
    const status = data.response?.code ?? 0;
    const segment = data.frag?.url;
    if (status === 409 && segment) {
      void this.#askWhy(segment);
    } else if (segment && cameFromTheStore(data, status)) {
      void this.#leaveTheStore(data);
    } else if (status === 401 || status === 403 || status === 410) {
      void this.#renew();
    } else if (!data.fatal) {
      return; // hls.js tries again by itself
    } else if (status === 404 && this.config.growing) {
      void this.#renew(); // it is being made anew, elsewhere
    } else if (data.type === ErrorTypes.NETWORK_ERROR && status === 404) {
      this.#say("Not found", "This video is not there any more. Reload the page.", data.details, 404);
    } else if (data.type === ErrorTypes.NETWORK_ERROR) {
      this.#sayOffline(data.details);
    } else if (data.type === ErrorTypes.MEDIA_ERROR && av1) {
      av1 = false; // the device promised more than it can do
      this.events.onTrouble(data.details);
      void this.#takeMore();
    } else if (data.type === ErrorTypes.MEDIA_ERROR && this.#recoveries++ < MEDIA_RECOVERIES) {
      this.events.onTrouble(data.details);
      this.#hls?.recoverMediaError();
    } else {
      this.#say("This video cannot be played", words(data.details), data.details);
    }
  }

  #say(title: string, detail: string, code: string, status = 0): void {
    this.events.onProblem(new Problem(title, detail, status), code);
  }

  #sayOffline(code: string): void {
    this.#say("No connection", "The video goes on when the connection is back.", code);
  }

  /** The door says in words why it refuses; by now it may not any more. */
  async #askWhy(segment: string): Promise<void> {
    this.#hls?.stopLoad();
    const answer = await fetch(segment, { headers: { Range: "bytes=0-0" } }).catch(() => null);
    if (answer?.status === 409) this.events.onFull(await problemOf(answer));
    else this.#goOn();
  }

  /** If the app answers where the store does not, the segments come through the app from now on. */
  async #leaveTheStore(data: ErrorData): Promise<void> {
    const answer = this.#throughApp ? null : await fetch(this.config.src, { method: "HEAD" }).catch(() => null);
    if (answer?.ok) {
      this.#throughApp = true;
      this.events.onTrouble("store-out-of-reach");
      this.#goOn();
    } else if (answer?.status === 403) {
      void this.#renew();
    } else if (data.fatal) {
      this.#sayOffline(data.details);
    }
  }

  async #renew(): Promise<void> {
    const now = performance.now();
    if (now - this.#renewedAt < RENEW_AT_MOST_EVERY_MS) return;
    this.#renewedAt = now;
    const { currentTime, paused } = this.video;
    try {
      this.config = await renewedConfig(this.config);
    } catch (error) {
      this.#renewedAt = Number.NEGATIVE_INFINITY;
      if (error instanceof Problem) this.events.onProblem(error, `renewal-${error.status}`);
      else this.#sayOffline("renewal");
      return;
    }
    this.start(currentTime);
    if (!paused) await this.video.play().catch(() => {});
  }

  #goOn = (): void => {
    this.#hls?.startLoad();
  };

  #lookAhead = (): void => {
    if (!this.#hls) return;
    this.#hls.config.maxBufferLength = AHEAD / 2;
    this.#hls.config.maxMaxBufferLength = AHEAD;
  };

  #remember = (): void => {
    const measured = this.#hls?.bandwidthEstimate;
    if (measured && this.#hls?.levels.length) keep({ line: Math.round(measured) });
  };
}

/** Bits a second to start with: a little less than last time, since the line may be another. */
function expectedLine(): number {
  const { line } = choices();
  return line ? Math.max(300_000, Math.min(line * 0.7, 20_000_000)) : UNKNOWN_LINE;
}

/** A segment that the store refused, or that came from nowhere: the app has sent the player on to the store. */
function cameFromTheStore(data: ErrorData, status: number): boolean {
  if (data.details === ErrorDetails.FRAG_LOAD_TIMEOUT) return true;
  if (data.details !== ErrorDetails.FRAG_LOAD_ERROR) return false;
  const from = data.response?.url;
  return status === 0 || (status === 403 && !!from && new URL(from, location.href).origin !== location.origin);
}

function words(details: ErrorDetails): string {
  const codec =
    details === ErrorDetails.BUFFER_INCOMPATIBLE_CODECS_ERROR || details === ErrorDetails.BUFFER_ADD_CODEC_ERROR;
  if (codec) return "Your browser cannot decode it. Update the browser, or try another.";
  return "Try again. If it happens every time, tell your school which lecture it was.";
}
