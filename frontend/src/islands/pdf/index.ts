import * as pdfjs from "pdfjs-dist/legacy/build/pdf.mjs";
import workerUrl from "pdfjs-dist/legacy/build/pdf.worker.min.mjs?url";
import { configOf } from "..";
import "./pdf.css";
import { element } from "../../element";
import { icon } from "../../icon";
import { fitted, pageAt, zoomed } from "./zoom";

export interface PdfConfig {
  title: string;
  src: string;
}

const GAP = 12; // pixels above a page, as in the style

pdfjs.GlobalWorkerOptions.workerSrc = workerUrl;

/** Shows a PDF page by page, as wide as there is room; the root tells in data-state whether it could be read. */
export function mount(root: HTMLElement): () => void {
  const viewer = new Viewer(root, configOf<PdfConfig>(root));
  return () => viewer.end();
}

class Viewer {
  #pages = element("div", { class: "pdf-pages", tabindex: 0, role: "document" });
  #where = element("span", { class: "text-sm tabular-nums", role: "status", "data-testid": "pdf-page" });
  #task: pdfjs.PDFDocumentLoadingTask;
  #sheets: Sheet[] = [];
  #zoom = 1;
  #seen = new IntersectionObserver((entries) => this.#see(entries), { root: this.#pages, rootMargin: "400px" });
  #resized = new ResizeObserver(() => this.#layOut());
  #width = 0;

  constructor(
    private readonly root: HTMLElement,
    config: PdfConfig,
  ) {
    this.#pages.setAttribute("aria-label", config.title);
    root.append(this.#bar(), this.#pages);
    root.dataset.state = "loading";
    this.#task = pdfjs.getDocument({ url: config.src, isEvalSupported: false, withCredentials: false });
    this.#task.promise.then(
      (pdf) => this.#open(pdf),
      () => this.#fail(),
    );
    this.#pages.addEventListener("scroll", () => this.#tell(), { passive: true });
  }

  end(): void {
    this.#seen.disconnect();
    this.#resized.disconnect();
    void this.#task.destroy();
  }

  #bar(): HTMLElement {
    const tool = (label: string, name: string, use: () => void) => {
      const button = element("button", {
        type: "button",
        class: "btn btn-ghost btn-sm btn-square",
        "aria-label": label,
        title: label,
      });
      button.append(icon(name));
      button.addEventListener("click", use);
      return button;
    };
    const zoom = (step: number) => () => {
      this.#zoom = zoomed(this.#zoom, step);
      this.#width = 0;
      this.#layOut();
    };
    return element(
      "div",
      { class: "pdf-bar", role: "toolbar", "aria-label": "PDF" },
      tool("Page before", "chevron-up", () => this.#go(-1)),
      tool("Next page", "chevron-down", () => this.#go(1)),
      this.#where,
      element("span", { class: "flex-1" }),
      tool("Smaller", "zoom-out", zoom(-1)),
      tool("Larger", "zoom-in", zoom(1)),
    );
  }

  async #open(pdf: pdfjs.PDFDocumentProxy): Promise<void> {
    const first = await pdf.getPage(1);
    const { width, height } = first.getViewport({ scale: 1 });
    for (let number = 1; number <= pdf.numPages; number++) {
      const sheet = new Sheet(pdf, number, { width, height });
      this.#sheets.push(sheet);
      this.#seen.observe(sheet.root);
    }
    this.#pages.append(...this.#sheets.map((sheet) => sheet.root));
    this.#resized.observe(this.#pages);
    this.#layOut();
    this.root.dataset.state = "ready";
  }

  #fail(): void {
    this.root.dataset.state = "failed";
    this.#pages.append(
      element("p", { class: "p-5", role: "alert" }, "This PDF cannot be shown just now. Reload the page to try again."),
    );
  }

  #layOut(): void {
    const width = this.#pages.clientWidth;
    if (width === this.#width) return;
    this.#width = width;
    for (const sheet of this.#sheets) sheet.size(fitted(width, this.#zoom));
    this.#tell();
  }

  #see(entries: IntersectionObserverEntry[]): void {
    for (const entry of entries) {
      const sheet = this.#sheets.find(({ root }) => root === entry.target);
      if (entry.isIntersecting) void sheet?.show();
      else sheet?.hide();
    }
  }

  #go(step: number): void {
    const sheet = this.#sheets[this.#at + step];
    if (sheet) this.#pages.scrollTop = sheet.root.offsetTop - GAP;
  }

  get #at(): number {
    const tops = this.#sheets.map(({ root }) => root.offsetTop - GAP);
    return pageAt(tops, this.#pages.scrollTop + 8);
  }

  #tell(): void {
    if (this.#sheets.length) this.#where.textContent = `${this.#at + 1} of ${this.#sheets.length}`;
  }
}

/** One page: as large as it will be from the beginning, drawn when it comes near, with its words over the picture. */
class Sheet {
  readonly root: HTMLElement;
  #width = 0;
  #drawn: pdfjs.RenderTask | null = null;
  #isWanted = false;

  constructor(
    private readonly pdf: pdfjs.PDFDocumentProxy,
    private readonly number: number,
    private shape: { width: number; height: number },
  ) {
    this.root = element("div", { class: "pdf-page", role: "region", "aria-label": `Page ${number}` });
  }

  size(width: number): void {
    this.#width = width;
    this.root.style.width = `${width}px`;
    this.root.style.height = `${(width * this.shape.height) / this.shape.width}px`;
    if (this.#isWanted) void this.#draw();
  }

  async show(): Promise<void> {
    if (this.#isWanted) return;
    this.#isWanted = true;
    await this.#draw();
  }

  hide(): void {
    this.#isWanted = false;
    this.#drawn?.cancel();
    this.root.replaceChildren(); // a long document would fill a phone's memory
  }

  async #draw(): Promise<void> {
    const page = await this.pdf.getPage(this.number);
    const plain = page.getViewport({ scale: 1 });
    if (plain.width !== this.shape.width || plain.height !== this.shape.height) {
      this.shape = { width: plain.width, height: plain.height };
      this.root.style.height = `${(this.#width * plain.height) / plain.width}px`;
    }
    const viewport = page.getViewport({ scale: this.#width / plain.width });
    const sharp = Math.min(window.devicePixelRatio || 1, 2);
    const canvas = element("canvas", {
      width: Math.floor(viewport.width * sharp),
      height: Math.floor(viewport.height * sharp),
      "aria-hidden": "true",
    });
    const words = element("div", { class: "textLayer" });
    this.#drawn?.cancel();
    const transform = sharp === 1 ? undefined : [sharp, 0, 0, sharp, 0, 0];
    this.#drawn = page.render({ canvas, viewport, ...(transform ? { transform } : {}) });
    this.root.style.setProperty("--scale-factor", String(viewport.scale));
    this.root.style.setProperty("--total-scale-factor", String(viewport.scale));
    try {
      await this.#drawn.promise;
      const layer = new pdfjs.TextLayer({ textContentSource: page.streamTextContent(), container: words, viewport });
      await layer.render();
    } catch (error) {
      if (error instanceof pdfjs.RenderingCancelledException) return;
      throw error;
    }
    if (this.#isWanted) this.root.replaceChildren(canvas, words);
  }
}
