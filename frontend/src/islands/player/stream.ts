import Hls, { type ErrorData, ErrorDetails, ErrorTypes, Events } from "hls.js";
import { Problem } from "../../http";
import { type PlayerConfig, renewedConfig } from "./config";
import { Renditions } from "./renditions";

const RENEW_AT_MOST_EVERY_MS = 15_000;
const MEDIA_RECOVERIES = 2;

export interface StreamEvents {
  onProblem: (problem: Problem) => void;
  onRecovered: () => void;
  onLevels: (count: number) => void;
}

/**
 * Plays the HLS address in a <video>: by hls.js wherever it runs (some browsers claim HLS of their own and play it
 * badly), else by the browser. Renews signed addresses when they have expired, and says what it cannot mend.
 */
export class Stream {
  readonly renditions = new Renditions((index) => {
    if (this.#hls) this.#hls.nextLevel = index;
  });
  #hls: Hls | null = null;
  #renewedAt = Number.NEGATIVE_INFINITY;
  #recoveries = 0;

  constructor(
    private readonly video: HTMLVideoElement,
    private config: PlayerConfig,
    private readonly events: StreamEvents,
  ) {
    window.addEventListener("online", this.#goOn);
  }

  start(position: number): void {
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

  end(): void {
    window.removeEventListener("online", this.#goOn);
    this.#hls?.destroy();
    this.#hls = null;
  }

  #startHls(position: number): void {
    const hls = new Hls({
      startPosition: position > 0 ? position : -1,
      capLevelToPlayerSize: true, // no phone downloads 1080 lines for a picture of 360
      maxBufferLength: 30,
      backBufferLength: 60,
    });
    this.#hls = hls;
    hls.on(Events.MANIFEST_PARSED, () => {
      this.renditions.replace(
        hls.levels.map(({ width, height, bitrate }, index) => ({ id: String(index), width, height, bitrate })),
      );
      this.events.onLevels(hls.levels.length);
    });
    hls.on(Events.FRAG_BUFFERED, () => this.events.onRecovered());
    hls.on(Events.ERROR, (_event, data) => this.#mend(data));
    hls.loadSource(this.config.src);
    hls.attachMedia(this.video);
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
    if (status === 401 || status === 403 || status === 410) {
      void this.#renew();
    } else if (!data.fatal) {
      return; // hls.js tries again by itself
    } else if (data.type === ErrorTypes.NETWORK_ERROR && status === 404) {
      this.events.onProblem(new Problem("Not found", "This video is not there any more. Reload the page.", 404));
    } else if (data.type === ErrorTypes.NETWORK_ERROR) {
      this.events.onProblem(new Problem("No connection", "The video goes on when the connection is back.", 0));
    } else if (data.type === ErrorTypes.MEDIA_ERROR && this.#recoveries++ < MEDIA_RECOVERIES) {
      this.#hls?.recoverMediaError();
    } else {
      this.events.onProblem(new Problem("This video cannot be played", words(data.details), 0));
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
      const offline = new Problem("No connection", "The video goes on when the connection is back.", 0);
      this.events.onProblem(error instanceof Problem ? error : offline);
      return;
    }
    this.start(currentTime);
    if (!paused) await this.video.play().catch(() => {});
  }

  #goOn = (): void => {
    this.#hls?.startLoad();
  };
}

function words(details: ErrorDetails): string {
  const codec =
    details === ErrorDetails.BUFFER_INCOMPATIBLE_CODECS_ERROR || details === ErrorDetails.BUFFER_ADD_CODEC_ERROR;
  if (codec) return "Your browser cannot decode it. Update the browser, or try another.";
  return "Try again. If it happens every time, tell your school which lecture it was.";
}
