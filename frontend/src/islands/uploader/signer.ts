const AHEAD = 10;
const EARLY_MS = 60_000;

export interface SignedParts {
  parts: { number: number; url: string }[];
  expires_in: number;
}

/**
 * Addresses for the parts of one upload, asked for ten at a time and kept while they are good.
 * `ask` fetches addresses for part numbers; `now` is in milliseconds.
 */
export class Signer {
  #urls = new Map<number, { url: string; until: number }>();
  #asking = new Map<number, Promise<void>>();

  constructor(
    private readonly partCount: number,
    private readonly ask: (numbers: number[]) => Promise<SignedParts>,
    private readonly now: () => number = Date.now,
  ) {}

  async url(number: number): Promise<string> {
    const known = this.#urls.get(number);
    if (known && known.until > this.now()) return known.url;
    await (this.#asking.get(number) ?? this.#fetch(number));
    const fetched = this.#urls.get(number);
    if (!fetched) throw new Error(`The server gave no address for part ${number}.`);
    return fetched.url;
  }

  /** Drops an address that the store refused: the next try asks for a fresh one. */
  forget(number: number): void {
    this.#urls.delete(number);
  }

  #fetch(first: number): Promise<void> {
    const numbers: number[] = [];
    for (let number = first; number <= this.partCount && numbers.length < AHEAD; number++) numbers.push(number);
    const answer = this.#receive(numbers).finally(() => {
      for (const number of numbers) this.#asking.delete(number);
    });
    for (const number of numbers) this.#asking.set(number, answer);
    return answer;
  }

  async #receive(numbers: number[]): Promise<void> {
    const { parts, expires_in } = await this.ask(numbers);
    const until = this.now() + expires_in * 1000 - EARLY_MS;
    for (const { number, url } of parts) this.#urls.set(number, { url, until });
  }
}
