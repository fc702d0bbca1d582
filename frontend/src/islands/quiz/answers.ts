import type { Given } from "./config";

/** What became of an answer that was sent. */
export type Outcome =
  | { kind: "kept"; revision: number }
  | { kind: "newer"; given: Given; revision: number; detail: string }
  | { kind: "elsewhere"; detail: string }
  | { kind: "over" }
  | { kind: "refused"; detail: string }
  | { kind: "unheard" };

export type Send = (id: string, given: Given, revision: number) => Promise<Outcome>;

export interface Listener {
  /** Something changed in what waits or is under way. */
  changed(): void;
  /** There is a newer answer, given elsewhere. */
  replaced(id: string, given: Given, detail: string): void;
  stopped(outcome: Outcome): void;
}

interface Waiting {
  given: Given;
  revision: number;
}

const LONGEST_PAUSE = 15_000;

/**
 * Keeps answers until the server has them: each is written to the browser first, sent, and sent again until it is heard.
 * What a closed laptop had not sent goes out when the page is opened again, unless another device was faster.
 */
export class Answers {
  #waiting: Record<string, Waiting>;
  #underWay = new Map<string, Promise<void>>();
  #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #pause = 1000;
  #stopped = false;
  isUnheard = false;

  constructor(
    private readonly revisions: Record<string, number>,
    private readonly send: Send,
    private readonly memory: { read(): Record<string, Waiting>; write(waiting: Record<string, Waiting>): void },
    private readonly listener: Listener,
  ) {
    const left = memory.read();
    this.#waiting = Object.fromEntries(Object.entries(left).filter(([id, { revision }]) => revisions[id] === revision));
    memory.write(this.#waiting);
  }

  /** What was given here and not heard yet, by answer. */
  get waiting(): Record<string, Waiting> {
    return this.#waiting;
  }

  get isSaved(): boolean {
    return Object.keys(this.#waiting).length === 0;
  }

  give(id: string, given: Given, after = 0): void {
    if (this.#stopped) return;
    this.#waiting[id] = { given, revision: this.revisions[id] ?? 0 };
    this.memory.write(this.#waiting);
    this.listener.changed();
    clearTimeout(this.#timers.get(id));
    this.#timers.set(
      id,
      setTimeout(() => void this.flushOne(id), after),
    );
  }

  /** Sends what waits now; resolves once each was answered, whatever the answer. */
  async flush(): Promise<void> {
    await Promise.all(Object.keys(this.#waiting).map((id) => this.flushOne(id)));
  }

  async flushOne(id: string): Promise<void> {
    clearTimeout(this.#timers.get(id));
    await this.#underWay.get(id);
    const waits = this.#waiting[id];
    if (!waits || this.#stopped) return;
    const attempt = this.#sendOne(id, waits);
    this.#underWay.set(id, attempt);
    await attempt;
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  async #sendOne(id: string, { given }: Waiting): Promise<void> {
    const outcome = await this.send(id, given, this.revisions[id] ?? 0);
    this.#underWay.delete(id);
    this.isUnheard = outcome.kind === "unheard";
    switch (outcome.kind) {
      case "kept":
        this.#pause = 1000;
        this.revisions[id] = outcome.revision;
        this.#forget(id, given);
        break;
      case "newer":
        this.revisions[id] = outcome.revision;
        this.#forget(id, given);
        this.listener.replaced(id, outcome.given, outcome.detail);
        break;
      case "refused":
        this.#forget(id, given);
        this.listener.stopped(outcome);
        break;
      case "unheard":
        this.#again(id);
        break;
      default:
        this.stop();
        this.listener.stopped(outcome);
    }
    this.listener.changed();
  }

  /** Unless another answer was given while this one was under way: that one waits for its own turn. */
  #forget(id: string, sent: Given): void {
    const waits = this.#waiting[id];
    if (waits && JSON.stringify(waits.given) !== JSON.stringify(sent)) waits.revision = this.revisions[id] ?? 0;
    else delete this.#waiting[id];
    this.memory.write(this.#waiting);
  }

  #again(id: string): void {
    if (this.#stopped) return;
    clearTimeout(this.#timers.get(id));
    this.#timers.set(
      id,
      setTimeout(() => void this.flushOne(id), this.#pause),
    );
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }
}
