import htmx from "htmx.org";
import { element } from "../../element";
import { OFFLINE, Problem, requestJson } from "../../http";
import { toastProblem } from "../../page/toasts";
import { inOrder } from "./order";

const AT_ONCE = 2;
const EXTENSIONS = "video/*,.mkv,.ts,.mts,.m2ts";

/** Many videos at once: a lecture each, in the order of their names, uploaded two at a time by the lectures' uploaders. */
export class Bulk {
  #waiting: { lecture: string; file: File }[] = [];
  #underWay = new Set<string>();
  #leave = new AbortController();

  constructor(
    private readonly root: HTMLElement,
    private readonly outlineUrl: string,
  ) {
    const { signal } = this.#leave;
    root.addEventListener("click", (event) => this.#click(event), { signal });
    root.addEventListener("colonnade:uploaded", (event) => this.#ended(event), { signal });
    root.addEventListener("colonnade:stopped", (event) => this.#ended(event), { signal });
    window.addEventListener("beforeunload", (event) => this.#waiting.length && event.preventDefault(), { signal });
  }

  end(): void {
    this.#leave.abort();
  }

  #click(event: Event): void {
    const button = (event.target as Element).closest<HTMLElement>("[data-bulk]");
    if (!button) return;
    const field = element("input", { type: "file", accept: EXTENSIONS, multiple: true });
    field.addEventListener("change", () => void this.take(button.dataset.bulk ?? "", [...(field.files ?? [])]));
    field.click();
  }

  async take(url: string, files: File[]): Promise<void> {
    const sorted = inOrder(files);
    if (!sorted.length) return;
    try {
      const body = { filenames: sorted.map((file) => file.name) };
      const { lectures } = await requestJson<{ lectures: string[] }>(url, { method: "POST", body });
      await htmx.ajax("GET", this.outlineUrl, { source: this.root, swap: "none" });
      for (const [index, lecture] of lectures.entries()) {
        const file = sorted[index];
        if (file) this.#waiting.push({ lecture, file });
      }
    } catch (error) {
      toastProblem(error instanceof Problem ? error : OFFLINE);
    }
    this.#next();
  }

  #next(): void {
    while (this.#underWay.size < AT_ONCE) {
      const next = this.#waiting.shift();
      if (!next) return;
      const uploader = document.querySelector<HTMLElement>(`#lecture-${next.lecture} [data-island="uploader"]`);
      if (!uploader) continue; // somebody has deleted the lecture meanwhile
      this.#underWay.add(next.lecture);
      uploader.dataset.waiting = "";
      give(uploader, next.file);
    }
  }

  #ended(event: Event): void {
    const { lecture_id } = (event as CustomEvent<{ lecture_id: string }>).detail;
    if (this.#underWay.delete(lecture_id)) this.#next();
  }
}

/** Hands a file to an uploader, as soon as its island has been loaded. */
function give(uploader: HTMLElement, file: File): void {
  const take = () => uploader.dispatchEvent(new CustomEvent("colonnade:take", { detail: { file } }));
  if ("ready" in uploader.dataset) take();
  else uploader.addEventListener("colonnade:ready", take, { once: true });
}
