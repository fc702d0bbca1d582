/** Milliseconds between looks at a video that is still being made. */
const LOOK_EVERY_MS = 5_000;

/** How many qualities a master playlist offers; the same in AV1 not counted. */
export function offered(master: string): number {
  return master.split("\n").filter((line) => line.startsWith("#EXT-X-STREAM-INF:") && !line.includes('"av01')).length;
}

/**
 * Watches a video that is being made: hls.js sees its playlists grow by itself, but reads the list of qualities once.
 * Calls `onMore` when there are more than `known`, and ends by itself then.
 */
export class Growth {
  #timer: ReturnType<typeof setInterval>;
  #ended = false;

  constructor(
    private readonly src: string,
    private readonly known: number,
    private readonly onMore: () => void,
  ) {
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  async look(): Promise<void> {
    const answer = await fetch(this.src).catch(() => null);
    if (!answer?.ok || offered(await answer.text()) <= this.known) return;
    this.end();
    this.onMore();
  }

  /** It has all been made: looks a last time, as it may have got more qualities since the look before. */
  async finish(): Promise<void> {
    if (this.#ended) return;
    this.end();
    await this.look();
  }

  end(): void {
    this.#ended = true;
    clearInterval(this.#timer);
  }
}
