import { Problem, requestJson } from "../../http";
import { confirmed } from "../../page/confirm";
import { fingerprint, type OpenUpload, type UploaderConfig } from "./config";
import { fileOf, forget, type Interrupted, remember } from "./memory";
import { sizeInWords } from "./meter";
import { persist } from "./retry";
import { Row } from "./row";
import { Transfer } from "./transfer";

export interface UploadEvents {
  /** It moves, or has come to a stand: another file may be chosen then. */
  onStand: (upload: Upload) => void;
  onDone: (upload: Upload, videoId: string) => void;
  onGone: (upload: Upload) => void;
}

/** One file's way: opened at the server, sent by parts, completed; or paused, failed, cancelled, taken up again. */
export class Upload {
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
    this.events.onStand(this);
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
    this.events.onStand(this);
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
