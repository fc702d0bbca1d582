import { overlap, type Range, union } from "./ranges";

/** A position that jumps further than the clock allows was not played, whatever the events said. */
const SLACK_SECONDS = 1;

/**
 * Which seconds of a video were really played.
 *
 * Fed from the video's events: `play` when it starts to move, `tick` while it moves, `stop` when it pauses or waits,
 * `jump` when the position is set. Positions are seconds of the video, `now` milliseconds of any steady clock.
 */
export class Watched {
  #spans: Range[] = [];
  #from: number | null = null;
  #at = 0;
  #now = 0;
  #rate = 1;

  play(position: number, now: number): void {
    if (this.#from !== null) {
      this.tick(position, now);
      return;
    }
    this.#from = position;
    this.#at = position;
    this.#now = now;
  }

  tick(position: number, now: number): void {
    if (this.#from === null) return;
    const possible = ((now - this.#now) / 1000) * this.#rate + SLACK_SECONDS;
    const moved = position - this.#at;
    if (moved < 0 || moved > possible) {
      this.#close();
      this.#from = position;
    }
    this.#at = position;
    this.#now = now;
  }

  stop(position: number, now: number): void {
    this.tick(position, now);
    this.#close();
  }

  /** The position was set: what was played ends where it was last seen. */
  jump(): void {
    this.#close();
  }

  /** The speed changes: what came before was played at the old one. */
  rate(rate: number, position: number, now: number): void {
    this.tick(position, now);
    this.#rate = rate;
  }

  /**
   * The whole seconds watched so far. A second counts when half of it was played; of the last, shorter one, half of
   * what there is (`duration` in seconds; without it every second is taken as whole).
   */
  seconds(duration = Number.POSITIVE_INFINITY): Range[] {
    const spans = this.#from === null ? this.#spans : union(this.#spans, [[this.#from, this.#at]]);
    const whole: Range[] = [];
    for (const [from, to] of spans) {
      for (let second = Math.floor(from); second < to; second++) {
        const length = Math.min(second + 1, duration) - second;
        if (length > 0 && overlap(spans, second, second + 1) >= length / 2) whole.push([second, second + 1]);
      }
    }
    return union(whole);
  }

  #close(): void {
    if (this.#from !== null) this.#spans = union(this.#spans, [[this.#from, this.#at]]);
    this.#from = null;
  }
}
