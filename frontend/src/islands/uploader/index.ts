import "./uploader.css";
import htmx from "htmx.org";
import { element } from "../../element";
import { icon } from "../../icon";
import { configOf } from "..";
import type { UploaderConfig } from "./config";
import { recall } from "./memory";
import { Upload, type UploadEvents } from "./upload";

/**
 * Takes a video and brings it to the store. The root sends `colonnade:uploaded` ({ video_id, lecture_id }) when the
 * server has taken over; each row says how it stands in data-state.
 */
export function mount(root: HTMLElement): () => void {
  const uploader = new Uploader(root, configOf<UploaderConfig>(root));
  return () => uploader.end();
}

interface Chosen {
  file: File;
  handle: FileSystemFileHandle | null;
}

class Uploader {
  #uploads = new Set<Upload>();
  #rows = element("div", { class: "upload-rows" });
  #zone: HTMLElement;
  #input: HTMLInputElement;
  #leave = new AbortController();

  constructor(
    private readonly root: HTMLElement,
    private readonly config: UploaderConfig,
  ) {
    const { accept, multiple = false, wanted } = config;
    this.#input = element("input", {
      type: "file",
      accept,
      multiple,
      class: "sr-only",
      tabindex: -1,
      "data-testid": "upload-file",
    });
    this.#input.setAttribute("aria-label", wanted?.label ?? "Video file");
    this.#zone = this.#buildZone();
    root.replaceChildren(...root.querySelectorAll(":scope > script"), this.#rows, this.#zone);
    this.#listen();
    void this.#recall();
    root.dataset.ready = "";
    root.dispatchEvent(new CustomEvent("colonnade:ready"));
  }

  end(): void {
    this.#leave.abort();
    for (const upload of this.#uploads) upload.stop();
  }

  #buildZone(): HTMLElement {
    const choose = element(
      "button",
      { class: "btn btn-quiet btn-sm", type: "button" },
      icon("upload"),
      "Choose a file",
    );
    choose.addEventListener("click", () => void this.#choose());
    return element(
      "div",
      { class: "upload-zone" },
      icon(this.config.wanted ? "upload" : "film", "upload-zone-mark"),
      element("p", { class: "font-medium" }, this.config.wanted?.drop ?? "Drop a video here"),
      element(
        "p",
        { class: "text-muted text-sm" },
        "It goes on by itself after a lost connection, and after a reload.",
      ),
      choose,
      this.#input,
    );
  }

  #listen(): void {
    const { signal } = this.#leave;
    this.#input.addEventListener("change", () => {
      for (const file of this.#input.files ?? []) void this.#take({ file, handle: null });
      this.#input.value = "";
    });
    this.#zone.addEventListener("dragover", (event) => {
      event.preventDefault();
      this.#zone.dataset.over = "";
    });
    this.#zone.addEventListener("dragleave", () => delete this.#zone.dataset.over);
    this.#zone.addEventListener("drop", (event) => {
      event.preventDefault();
      delete this.#zone.dataset.over;
      void this.#drop(event.dataTransfer);
    });
    this.root.addEventListener("colonnade:take", (event) => this.#given(event), { signal });
    window.addEventListener("beforeunload", (event) => this.#warn(event), { signal });
    window.addEventListener("offline", () => this.#each((upload) => upload.offline()), { signal });
    window.addEventListener("online", () => this.#each((upload) => upload.online()), { signal });
  }

  /** By the picker that gives handles, where there is one: with a handle a reload goes on by one click. */
  async #choose(): Promise<void> {
    const picker = (window as { showOpenFilePicker?: (options: object) => Promise<FileSystemFileHandle[]> })
      .showOpenFilePicker;
    if (!picker) {
      this.#input.click();
      return;
    }
    const { accept, wanted } = this.config;
    const mime = wanted ? "application/octet-stream" : "video/*";
    const types = [{ description: wanted?.kinds ?? "Videos", accept: { [mime]: extensions(accept) } }];
    try {
      const handles = await picker({ types, multiple: this.config.multiple ?? false });
      for (const handle of handles) await this.#take({ file: await handle.getFile(), handle });
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) this.#input.click();
    }
  }

  async #drop(transfer: DataTransfer | null): Promise<void> {
    type Item = DataTransferItem & { getAsFileSystemHandle?: () => Promise<FileSystemHandle | null> };
    const items = [...(transfer?.items ?? [])].filter((item) => item.kind === "file") as Item[];
    // All at once: the browser empties the list when this event is over.
    const chosen = items.map(async (item): Promise<Chosen | null> => {
      const file = item.getAsFile();
      const handle = (await item.getAsFileSystemHandle?.().catch(() => null)) ?? null;
      return file && { file, handle: handle?.kind === "file" ? (handle as FileSystemFileHandle) : null };
    });
    const found = (await Promise.all(chosen)).filter((one) => one !== null);
    for (const one of this.config.multiple ? found : found.slice(0, 1)) await this.#take(one);
  }

  /** A file that was chosen elsewhere on the page: `colonnade:take` ({ file }). */
  #given(event: Event): void {
    const { file } = (event as CustomEvent<{ file: File }>).detail;
    void this.#take({ file, handle: null });
  }

  async #take({ file, handle }: Chosen): Promise<void> {
    if (!this.config.multiple) for (const upload of this.#uploads) upload.replace();
    this.#add(new Upload(this.config, file.name, file.size, this.#events(), handle)).begin(file);
  }

  async #recall(): Promise<void> {
    const kept = await recall(this.config.lecture_id);
    if (!kept || this.#uploads.size) return;
    const upload = this.#add(new Upload(this.config, kept.name, kept.size, this.#events(), kept.handle));
    await upload.restore(kept, () => this.#input.click());
  }

  #add(upload: Upload): Upload {
    this.#uploads.add(upload);
    this.#rows.append(upload.row.root);
    this.#showZone();
    return upload;
  }

  #events(): UploadEvents {
    return {
      onGone: (upload) => {
        this.#uploads.delete(upload);
        upload.row.root.remove();
        this.#showZone();
        this.#stopped();
      },
      onDone: (upload, videoId) => this.#done(upload, videoId),
      onStand: (upload) => {
        this.#showZone();
        if (!upload.isMoving) this.#stopped();
      },
    };
  }

  #done(upload: Upload, videoId: string): void {
    this.#uploads.delete(upload);
    this.#showZone();
    const { lecture_id, state_url } = this.config;
    this.root.dispatchEvent(
      new CustomEvent("colonnade:uploaded", { bubbles: true, detail: { video_id: videoId, lecture_id } }),
    );
    const shown = document.getElementById(`video-${lecture_id}`);
    if (state_url && shown) void htmx.ajax("GET", state_url, { target: shown, swap: "outerHTML" });
  }

  /** Tells whoever waits for it: the root sends `colonnade:stopped` ({ lecture_id }) when nothing moves any more. */
  #stopped(): void {
    const { lecture_id } = this.config;
    this.root.dispatchEvent(new CustomEvent("colonnade:stopped", { bubbles: true, detail: { lecture_id } }));
  }

  #showZone(): void {
    const busy = [...this.#uploads].some((upload) => !["interrupted", "failed"].includes(upload.row.state));
    this.#zone.hidden = busy && !this.config.multiple;
  }

  #warn(event: BeforeUnloadEvent): void {
    if ([...this.#uploads].some((upload) => upload.isMoving)) event.preventDefault();
  }

  #each(action: (upload: Upload) => void): void {
    for (const upload of this.#uploads) action(upload);
  }
}

function extensions(accept: string): string[] {
  const named = accept
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part.startsWith("."));
  return named.length ? named : [".mp4", ".mov", ".mkv", ".webm"];
}
