import { requestJson } from "../../http";

const ONCE_IN_MS = 60_000;

export interface Report {
  /** What went wrong, in the player's own words: letters, digits and dashes. */
  code: string;
  /** Seconds into the video. */
  position: number;
  /** Lines of the quality that played; 0 before any did. */
  height: number;
}

/** Tells the school what went wrong, each kind once a minute. What cannot be told is not mentioned: it is no use. */
export class Reports {
  #told = new Map<string, number>();

  constructor(
    private readonly url: string | undefined,
    private readonly csrf: string,
    private readonly send: typeof requestJson = requestJson,
  ) {}

  tell(report: Report): void {
    const now = performance.now();
    if (!this.url || now - (this.#told.get(report.code) ?? Number.NEGATIVE_INFINITY) < ONCE_IN_MS) return;
    this.#told.set(report.code, now);
    void this.send(this.url, { method: "POST", body: report, csrf: this.csrf, keepalive: true }).catch(() => {});
  }
}
