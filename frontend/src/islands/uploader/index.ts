import "./uploader.css";
import htmx from "htmx.org";
import { element } from "../../element";
import { Problem, requestJson } from "../../http";
import { icon } from "../../icon";
import { confirmed } from "../../page/confirm";
import { configOf } from "..";
import { fingerprint, type OpenUpload, type UploaderConfig } from "./config";
import { fileOf, forget, type Interrupted, recall, remember } from "./memory";
import { sizeInWords } from "./meter";
import { persist } from "./retry";
import { Row } from "./row";
import { Transfer } from "./transfer";

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
    const { accept, multiple = false } = config;
    this.#input = element("input", {
      type: "file",
      accept,
      multiple,
      class: "sr-only",
      tabindex: -1,
      "data-testid": "upload-file",
    });
    this.#input.setAttribute("aria-label", "Video file");
    this.#zone = this.#buildZone();
    root.replaceChildren(...root.querySelectorAll(":scope > script"), this.#rows, this.#zone);
    this.#listen();
    void this.#recall();
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
      icon("film", "upload-zone-mark"),
      element("p", { class: "font-medium" }, "Drop a video here"),
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
    const types = [{ description: "Videos", accept: { "video/*": extensions(this.config.accept) } }];
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
      },
      onDone: (upload, videoId) => this.#done(upload, videoId),
      onStand: () => this.#showZone(),
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

interface UploadEvents {
  /** It moves, or has come to a stand: another file may be chosen then. */
  onStand: () => void;
  onDone: (upload: Upload, videoId: string) => void;
  onGone: (upload: Upload) => void;
}

/** One file's way: opened at the server, sent by parts, completed; or paused, failed, cancelled, taken up again. */
class Upload {
  readonly row: Row;
  #file: File | null = null;
  #opened: OpenUpload | null = null;
  #transfer: Transfer | null = null;
  #again: () => void = () => {};

  constructor(
    private readonly config: UploaderConfig,
    private readonly name: string,
    private readonly size: number,
    private readonly events: UploadEvents,
    private readonly handle: FileSystemFileHandle | null,
  ) {
    this.row = new Row(name, size, {
      pause: () => this.#pause(),
      resume: () => this.#resume(),
      retry: () => this.#file && void this.begin(this.#file),
      cancel: () => void this.#cancel(),
    });
    this.row.set("preparing");
  }

  get isMoving(): boolean {
    return ["preparing", "uploading", "offline"].includes(this.row.state);
  }

  async begin(file: File): Promise<void> {
    this.#file = file;
    this.#transfer?.end();
    this.row.set("preparing");
    this.events.onStand();
    try {
      this.#opened = await persist(() => this.#open(file));
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#keep(0);
    this.row.set("uploading");
    this.#transfer = new Transfer(file, this.#opened, this.config.csrf_token, {
      onProgress: (bytes) => this.#progress(bytes),
      onDone: () => this.#done(),
      onProblem: (problem) => this.#fail(problem),
    });
  }

  /** Shows an upload that a reload interrupted; goes on by itself where the browser still allows the file. */
  async restore(kept: Interrupted, chooseAgain: () => void): Promise<void> {
    this.#opened = kept.upload;
    this.row.set("interrupted");
    this.row.progress(kept.sent);
    const goOn = async (ask: boolean) => {
      const file = kept.handle && (await fileOf(kept.handle, ask));
      if (file && fingerprint(file) === kept.fingerprint) return this.begin(file);
      this.row.say(`Interrupted. Choose ${kept.name} (${sizeInWords(kept.size)}) again to go on.`);
      if (ask) chooseAgain();
    };
    this.#again = () => void goOn(true);
    await goOn(false);
  }

  /** Another file takes its place. The same file simply goes on; the server knows it by its fingerprint. */
  replace(): void {
    this.stop();
    this.events.onGone(this);
  }

  offline(): void {
    if (this.row.state === "uploading") this.row.set("offline");
  }

  online(): void {
    if (this.row.state === "offline") this.row.set("uploading");
    else if (this.row.state === "failed" && this.#file) void this.begin(this.#file);
  }

  stop(): void {
    this.#transfer?.end();
    this.#transfer = null;
  }

  #open(file: File): Promise<OpenUpload> {
    const { uploads_url, lecture_id, csrf_token } = this.config;
    const body = {
      lecture_id,
      filename: file.name,
      size: file.size,
      content_type: file.type || "application/octet-stream",
      fingerprint: fingerprint(file),
    };
    return requestJson<OpenUpload>(uploads_url, { method: "POST", body, csrf: csrf_token });
  }

  #progress(bytes: number): void {
    const before = this.row.percent;
    this.row.progress(bytes);
    if (this.row.percent !== before) this.#keep(bytes);
  }

  #keep(sent: number): void {
    if (!this.#file || !this.#opened) return;
    const { lecture_id } = this.config;
    void remember({
      lecture_id,
      fingerprint: fingerprint(this.#file),
      name: this.name,
      size: this.size,
      sent,
      upload: this.#opened,
      handle: this.handle,
    });
  }

  #done(): void {
    this.row.progress(this.size);
    this.row.set("done");
    this.stop();
    void forget(this.config.lecture_id);
    this.events.onDone(this, this.#opened?.video_id ?? "");
  }

  #fail(error: unknown): void {
    const problem = error instanceof Problem ? error : new Problem("The upload failed", "Try again.", 0);
    this.stop();
    this.row.set("failed", problem);
    this.events.onStand();
  }

  #pause(): void {
    this.#transfer?.pause();
    this.row.set("paused");
  }

  #resume(): void {
    if (!this.#transfer) {
      this.#again();
      return;
    }
    this.#transfer.resume();
    this.row.set("uploading");
  }

  async #cancel(): Promise<void> {
    const wasMoving = this.isMoving && this.#transfer;
    if (wasMoving) this.#transfer?.pause();
    if (
      this.#opened &&
      !(await confirmed(`Cancel the upload of ${this.name}? What has arrived is deleted.`, "Cancel upload"))
    ) {
      if (wasMoving) this.#transfer?.resume();
      return;
    }
    this.stop();
    void forget(this.config.lecture_id);
    const url = this.#opened?.urls.upload;
    // The server sweeps up what nobody finishes, so a failure here costs nothing.
    if (url) await requestJson(url, { method: "DELETE", csrf: this.config.csrf_token }).catch(() => {});
    this.events.onGone(this);
  }
}

function extensions(accept: string): string[] {
  const named = accept
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part.startsWith("."));
  return named.length ? named : [".mp4", ".mov", ".mkv", ".webm"];
}
