/** A piece of the sound: where it begins, how long it is, and the loudest of each part of it, from 0 to 1. */
interface Piece {
  start: number;
  duration: number;
  url: string;
  /** Its number in the playlist, which is what it is encrypted with besides the key. */
  number: number;
}

const PEAKS_A_SECOND = 50;
const AT_ONCE = 2;
const RATE = 8000; // samples a second: enough to see, and little to keep

/**
 * The loudness along the video, from the segments that are looked at: two hours of sound are never loaded.
 *
 * Where the browser cannot decode a segment by itself, or the store cannot be reached, there is no wave, and all else
 * works. Times in seconds.
 */
export class Waveform {
  #pieces: Piece[] = [];
  #beginning: Promise<ArrayBuffer> | null = null;
  #key: Promise<CryptoKey> | null = null;
  #peaks = new Map<number, Float32Array>();
  #asked = new Set<number>();
  #waiting: number[] = [];
  #running = 0;
  #ended = false;

  constructor(private readonly onPeaks: () => void) {}

  /** `master` is the address of the video's master playlist. */
  async open(master: string): Promise<void> {
    const sound = soundPlaylist(await text(master));
    if (!sound || this.#ended) return;
    const url = new URL(sound, new URL(master, location.href));
    const { beginning, key, pieces } = piecesOf(await text(url.href), url);
    if (!beginning) return;
    this.#pieces = pieces;
    this.#beginning = bytes(beginning);
    if (key) this.#key = bytes(key).then(imported);
    this.onPeaks();
  }

  end(): void {
    this.#ended = true;
    this.#waiting = [];
  }

  /** The peaks from `from` to `to`, `count` of them; 0 where they are not known (yet), and then soon are. */
  between(from: number, to: number, count: number): Float32Array {
    const found = new Float32Array(count);
    const step = (to - from) / count;
    this.#want(from, to);
    for (const [index, piece] of this.#pieces.entries()) {
      const peaks = this.#peaks.get(index);
      if (!peaks || piece.start >= to || piece.start + piece.duration <= from) continue;
      const first = Math.max(0, Math.floor((piece.start - from) / step));
      const last = Math.min(count - 1, Math.floor((piece.start + piece.duration - from) / step));
      for (let at = first; at <= last; at += 1) {
        found[at] = Math.max(found[at] ?? 0, loudest(peaks, from + at * step - piece.start, step));
      }
    }
    return found;
  }

  #want(from: number, to: number): void {
    this.#waiting = [];
    for (const [index, { start, duration }] of this.#pieces.entries()) {
      if (start < to && start + duration > from && !this.#asked.has(index)) this.#waiting.push(index);
    }
    this.#next();
  }

  #next(): void {
    while (this.#running < AT_ONCE && this.#waiting.length) {
      const index = this.#waiting.shift() as number;
      this.#asked.add(index);
      this.#running += 1;
      void this.#load(index)
        .catch(() => {}) // no wave there; the times can be set without it
        .finally(() => {
          this.#running -= 1;
          if (!this.#ended) this.#next();
        });
    }
  }

  async #load(index: number): Promise<void> {
    const piece = this.#pieces[index];
    if (!piece || !this.#beginning) return;
    const stored = await bytes(piece.url);
    const parts = [await this.#beginning, this.#key ? await decrypted(stored, await this.#key, piece.number) : stored];
    const whole = await new Blob(parts).arrayBuffer();
    const sound = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(whole);
    this.#peaks.set(index, peaksOf(sound.getChannelData(0), Math.ceil(piece.duration * PEAKS_A_SECOND)));
    if (!this.#ended) this.onPeaks();
  }
}

/** Where a master playlist has its sound; null where there is none apart from the picture. */
export function soundPlaylist(master: string): string | null {
  const line = master.split("\n").find((each) => each.startsWith("#EXT-X-MEDIA:") && each.includes("TYPE=AUDIO"));
  return line?.match(/URI="([^"]+)"/)?.[1] ?? null;
}

/** The segments of a playlist, and what a decoder has to read before any of them. */
export function piecesOf(playlist: string, base: URL): { beginning: string; key: string; pieces: Piece[] } {
  const map = playlist.match(/#EXT-X-MAP:.*URI="([^"]+)"/)?.[1];
  const key = playlist.match(/#EXT-X-KEY:METHOD=AES-128,URI="([^"]+)"/)?.[1];
  const pieces: Piece[] = [];
  let start = 0;
  let duration = 0;
  for (const line of playlist.split("\n").map((each) => each.trim())) {
    if (line.startsWith("#EXTINF:")) duration = Number.parseFloat(line.slice(8));
    if (!line || line.startsWith("#")) continue;
    pieces.push({ start, duration, url: new URL(line, base).href, number: pieces.length });
    start += duration;
  }
  return {
    beginning: map ? new URL(map, base).href : "",
    key: key ? new URL(key, base).href : "",
    pieces,
  };
}

/** The loudest sample of each of `count` equal parts. */
export function peaksOf(samples: Float32Array, count: number): Float32Array {
  const peaks = new Float32Array(count);
  const part = samples.length / count;
  for (let index = 0; index < count; index += 1) {
    let peak = 0;
    const end = Math.min(samples.length, Math.floor((index + 1) * part));
    for (let at = Math.floor(index * part); at < end; at += 1) peak = Math.max(peak, Math.abs(samples[at] ?? 0));
    peaks[index] = Math.min(1, peak);
  }
  return peaks;
}

function loudest(peaks: Float32Array, from: number, length: number): number {
  const first = Math.max(0, Math.floor(from * PEAKS_A_SECOND));
  const last = Math.min(peaks.length - 1, Math.floor((from + length) * PEAKS_A_SECOND));
  let peak = 0;
  for (let at = first; at <= last; at += 1) peak = Math.max(peak, peaks[at] ?? 0);
  return peak;
}

function imported(key: ArrayBuffer): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", key, "AES-CBC", false, ["decrypt"]);
}

/** A segment as it was before it was stored: see docs/playback-url.md. */
export function decrypted(stored: ArrayBuffer, key: CryptoKey, number: number): Promise<ArrayBuffer> {
  const iv = new Uint8Array(16);
  new DataView(iv.buffer).setUint32(12, number);
  return crypto.subtle.decrypt({ name: "AES-CBC", iv }, key, stored);
}

async function text(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status}`);
  return response.text();
}

/** Through the app where the store itself cannot be reached. */
async function bytes(url: string): Promise<ArrayBuffer> {
  const response = await fetch(url).catch(() => fetch(`${url}?through=app`));
  if (!response.ok) throw new Error(`${response.status}`);
  return response.arrayBuffer();
}
