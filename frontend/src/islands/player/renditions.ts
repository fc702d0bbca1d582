/** One quality of the stream, as media-chrome's quality menu reads it. */
export interface Rendition {
  id: string;
  width: number;
  height: number;
  bitrate: number;
}

/**
 * The list media-chrome looks for on a media element (`video.videoRenditions`), since a plain <video> has none.
 * `selectedIndex` is what the person chose; -1 stands for automatic.
 */
export class Renditions extends EventTarget {
  [index: number]: Rendition;
  length = 0;
  #selected = -1;

  constructor(private readonly onSelect: (index: number) => void) {
    super();
  }

  *[Symbol.iterator](): IterableIterator<Rendition> {
    for (let index = 0; index < this.length; index++) yield this[index] as Rendition;
  }

  /** `chosen` as `selectedIndex`: what was chosen before this list came. */
  replace(renditions: readonly Rendition[], chosen = -1): void {
    for (let index = 0; index < this.length; index++) delete this[index];
    renditions.forEach((rendition, index) => {
      this[index] = rendition;
    });
    this.length = renditions.length;
    this.#selected = chosen;
    this.dispatchEvent(new Event("addrendition"));
    this.dispatchEvent(new Event("change"));
  }

  get selectedIndex(): number {
    return this.#selected;
  }

  set selectedIndex(index: number) {
    if (index === this.#selected) return;
    this.#selected = index;
    this.onSelect(index);
    this.dispatchEvent(new Event("change"));
  }
}

/** The largest of so many lines at most, or the smallest there is; -1, automatic, where nothing was chosen. */
export function renditionFor(renditions: readonly Rendition[], height: number | null): number {
  if (height === null || !renditions.length) return -1;
  const sizes = renditions.map((rendition) => rendition.height);
  const fitting = Math.max(...sizes.filter((size) => size <= height));
  return sizes.lastIndexOf(Number.isFinite(fitting) ? fitting : Math.min(...sizes));
}
