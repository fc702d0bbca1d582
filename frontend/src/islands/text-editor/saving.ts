import { OFFLINE, Problem } from "../../http";

/** `saved`: all is on the server; `stale`: somebody else has saved, and nothing is sent any more. */
export type State = "saved" | "changed" | "saving" | "failed" | "stale";

export interface Saved {
  version: number;
}

const PAUSE_MS = 1200;
const AGAIN_MS = 5000;

/**
 * Sends what was written once the writer pauses, one save at a time. What fails is tried again: at the next change, and
 * every few seconds where the connection was lost. A stale version ends it, so that nobody's words are overwritten.
 */
export class Saving {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDirty = false;
  #isSending = false;
  #isStale = false;

  constructor(
    private version: number,
    private readonly read: () => string,
    private readonly send: (html: string, version: number) => Promise<Saved>,
    private readonly tell: (state: State, problem?: Problem) => void,
  ) {}

  get isSafe(): boolean {
    return !this.#isDirty && !this.#isSending && !this.#isStale;
  }

  changed(): void {
    if (this.#isStale) return;
    this.#isDirty = true;
    if (!this.#isSending) this.tell("changed");
    this.#plan(PAUSE_MS);
  }

  /** At once, where something is left to save. */
  async now(): Promise<void> {
    if (!this.#isDirty || this.#isSending || this.#isStale) return;
    clearTimeout(this.#timer);
    this.#isDirty = false;
    this.#isSending = true;
    this.tell("saving");
    try {
      this.version = (await this.send(this.read(), this.version)).version;
      this.tell(this.#isDirty ? "changed" : "saved");
      if (this.#isDirty) this.#plan(PAUSE_MS);
    } catch (error) {
      this.#failed(error instanceof Problem ? error : OFFLINE);
    } finally {
      this.#isSending = false;
    }
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #failed(problem: Problem): void {
    this.#isDirty = true;
    this.#isStale = problem.status === 409;
    this.tell(this.#isStale ? "stale" : "failed", problem);
    if (!this.#isStale) this.#plan(AGAIN_MS);
  }

  #plan(pause: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.now(), pause);
  }
}
