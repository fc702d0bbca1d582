import { requestJson } from "../../http";

const SOON_MS = 1_000;

/**
 * One of the few places a person has for watching at the same time. The server takes it with each segment it serves and
 * lets it lapse within a minute; this gives it up sooner, so that whoever pauses here can go on elsewhere at once.
 */
export class Place {
  #soon: ReturnType<typeof setTimeout> | undefined;
  #mine = false;

  constructor(
    private readonly url: string | null | undefined,
    private readonly csrf: string,
    private readonly send: typeof requestJson = requestJson,
  ) {}

  take(): void {
    this.#mine = true;
    clearTimeout(this.#soon);
  }

  /** In a moment: segments may still be on their way, and take it again. */
  giveUp(): void {
    this.#mine = true;
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.leave(), SOON_MS);
  }

  /** Now, by a request that outlives the page. */
  leave(): void {
    clearTimeout(this.#soon);
    if (!this.url || !this.#mine) return;
    this.#mine = false;
    void this.send(this.url, { method: "DELETE", csrf: this.csrf, keepalive: true }).catch(() => {}); // it lapses
  }
}
