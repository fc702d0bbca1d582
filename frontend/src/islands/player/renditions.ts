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

  replace(renditions: readonly Rendition[]): void {
    for (let index = 0; index < this.length; index++) delete this[index];
    renditions.forEach((rendition, index) => {
      this[index] = rendition;
    });
    this.length = renditions.length;
    this.#selected = -1;
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
