import { Problem, requestJson } from "../../http";
import { type Range, subtract, union } from "./ranges";

export interface Answer {
  watched_percent: number;
  completed: boolean;
}
/** `late`: from an earlier visit. Another device may have gone on since, so the position is only taken if it is ahead. */
export interface Beat {
  ranges: Range[];
  position: number;
  late?: boolean;
}
export type Send = (body: Beat, leaving: boolean) => Promise<Answer>;

const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 30_000;
export const STORE = "colonnade:watched:";

/**
 * Tells the server which seconds were watched, until it has acknowledged each of them.
 *
 * What it has not acknowledged is also kept in localStorage under `key`, so that a tab closed without a connection
 * loses nothing. Sending a second twice is harmless: the server keeps a union.
 */
export class Heartbeat {
  #watched: Range[];
  #acknowledged: Range[] = [];
  #position: number;
  #late: boolean;
  #told: number | null = null;
  #sending = false;
  #left = "";
  #retryMs = FIRST_RETRY_MS;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly key: string,
    private readonly send: Send,
    private readonly onAnswer: (answer: Answer) => void,
    private readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null = browserStorage(),
  ) {
    const kept = this.#kept();
    this.#watched = kept.ranges;
    this.#position = kept.position;
    this.#late = true;
  }

  /** Seconds that an earlier visit could not send. */
  get pending(): Range[] {
    return subtract(this.#watched, this.#acknowledged);
  }

  note(ranges: readonly Range[], position: number): void {
    this.#watched = union(this.#watched, ranges);
    this.#position = position;
    this.#late = false;
    this.#keep();
  }

  /** Sends what is not acknowledged, if there is anything new to say. `leaving`: by a request that outlives the page. */
  async flush(leaving = false): Promise<void> {
    const ranges = this.pending;
    const position = this.#position;
    if (this.#sending && !leaving) return;
    if (leaving && this.#left === JSON.stringify(ranges)) return; // hidden and then closed: once is enough
    this.#left = leaving ? JSON.stringify(ranges) : "";
    if (!ranges.length && (this.#told === null || position === this.#told)) return;
    clearTimeout(this.#retry);
    this.#sending = true;
    try {
      const answer = await this.send(this.#late ? { ranges, position, late: true } : { ranges, position }, leaving);
      this.#acknowledged = union(this.#acknowledged, ranges);
      this.#told = position;
      this.#retryMs = FIRST_RETRY_MS;
      this.#keep();
      this.onAnswer(answer);
    } catch (error) {
      this.#retryLater(error);
    } finally {
      this.#sending = false;
    }
  }

  end(): void {
    clearTimeout(this.#retry);
  }

  #retryLater(error: unknown): void {
    const status = error instanceof Problem ? error.status : 0;
    const refused = status >= 400 && status < 500 && status !== 408 && status !== 429;
    if (refused) this.#retryMs = LONGEST_RETRY_MS; // signed out, or no longer enrolled: it may change, but not soon
    this.#retry = setTimeout(() => void this.flush(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }

  #keep(): void {
    try {
      const ranges = this.pending;
      if (ranges.length) this.storage?.setItem(STORE + this.key, JSON.stringify({ ranges, position: this.#position }));
      else this.storage?.removeItem(STORE + this.key);
    } catch {
      // Storage is full or forbidden: what is in memory is still sent.
    }
  }

  #kept(): { ranges: Range[]; position: number } {
    return read(this.storage?.getItem(STORE + this.key));
  }
}

/** What was kept, as `#keep` wrote it; nothing of what is not ours. */
export function read(text: string | null | undefined): { ranges: Range[]; position: number } {
  try {
    const kept = JSON.parse(text ?? "");
    return { ranges: union(kept.ranges), position: Number(kept.position) || 0 };
  } catch {
    return { ranges: [], position: 0 };
  }
}

export function sendTo(url: string, csrf: string): Send {
  if (!url) return async () => ({ watched_percent: 0, completed: false }); // a visitor, of whom nothing is kept
  return (body, leaving) => requestJson<Answer>(url, { method: "POST", body, csrf, keepalive: leaving });
}

function browserStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null; // forbidden by the browser's settings
  }
}
