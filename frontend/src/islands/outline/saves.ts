import type { Problem } from "../../http";

export interface Move {
  url: string;
  order: string[];
  moved: string;
}

/**
 * Sends moves one after the other, each with the version that the one before has made. A move that is refused takes
 * those after it with it: they were made on what is not so.
 */
export class Saves {
  #queue: Move[] = [];
  #isSending = false;

  constructor(
    private readonly send: (move: Move) => Promise<void>,
    private readonly refused: (problem: Problem) => void,
  ) {}

  get isIdle(): boolean {
    return !this.#isSending;
  }

  add(move: Move): void {
    this.#queue.push(move);
    void this.#go();
  }

  async #go(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      for (let move = this.#queue.shift(); move; move = this.#queue.shift()) await this.send(move);
    } catch (error) {
      this.#queue = [];
      this.refused(error as Problem);
    } finally {
      this.#isSending = false;
    }
  }
}
