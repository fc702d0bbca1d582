import AwsS3 from "@uppy/aws-s3";
import Uppy from "@uppy/core";
import { Problem, requestJson } from "../../http";
import type { OpenUpload, UploadStatus } from "./config";
import { persist } from "./retry";
import { type SignedParts, Signer } from "./signer";

/** Parts under way at once, over all files: enough to fill a line, few enough for the first file to end first. */
const PARTS_AT_ONCE = 4;
const RETRY_DELAYS_MS = [0, 1_000, 3_000, 5_000, 10_000, 20_000, 30_000, 60_000];

export interface TransferEvents {
  onProgress: (bytes: number) => void;
  onDone: () => void;
  onProblem: (problem: Problem) => void;
}

interface Running {
  upload: OpenUpload;
  csrf: string;
  signer: Signer;
  events: TransferEvents;
}

// One Uppy for all uploaders of a page, so that they share one queue.
const running = new Map<string, Running>();
const partSizes = new WeakMap<object, number>();
let uppy: Uppy | null = null;

/** Sends a file's parts straight to the store, beginning with those it lacks, then tells the server. */
export class Transfer {
  readonly #id: string;
  #paused = false;

  constructor(file: File, upload: OpenUpload, csrf: string, events: TransferEvents) {
    uppy ??= sharedUppy();
    const ask = (numbers: number[]) =>
      requestJson<SignedParts>(upload.urls.parts, { method: "POST", body: { numbers }, csrf });
    partSizes.set(file, upload.part_size);
    this.#id = uppy.addFile({ name: `${upload.video_id} ${file.name}`, type: file.type, data: file });
    running.set(this.#id, { upload, csrf, signer: new Signer(upload.part_count, ask), events });
    // As if it were being restored: Uppy then always asks first which parts are there.
    uppy.setFileState(this.#id, { s3Multipart: { key: upload.video_id, uploadId: upload.video_id } } as object);
    void uppy.upload();
  }

  get paused(): boolean {
    return this.#paused;
  }

  pause(): void {
    if (!this.#paused) this.#toggle();
  }

  resume(): void {
    if (this.#paused) this.#toggle();
  }

  /** Stops sending. What the store has stays there. */
  end(): void {
    running.delete(this.#id);
    if (uppy?.getFile(this.#id)) uppy.removeFile(this.#id);
  }

  #toggle(): void {
    this.#paused = !this.#paused;
    uppy?.pauseResume(this.#id);
  }
}

function sharedUppy(): Uppy {
  const made = new Uppy({ autoProceed: false, allowMultipleUploadBatches: true });
  made.use(AwsS3, {
    shouldUseMultipart: true,
    limit: PARTS_AT_ONCE,
    retryDelays: RETRY_DELAYS_MS,
    getChunkSize: (file) => partSizes.get(file) ?? 0,
    createMultipartUpload: (file) => ({ key: file.id, uploadId: file.id }), // never: uploads come here opened
    abortMultipartUpload: () => {}, // Uppy would give up what the store has whenever a part fails for good
    listParts: async (file) => {
      const { upload } = of(file.id);
      const status = await persist(() => requestJson<UploadStatus>(upload.urls.upload));
      return status.parts.map(({ number, size, etag }) => ({ PartNumber: number, Size: size, ETag: etag }));
    },
    signPart: async (file, { partNumber, signal }) => {
      const { signer } = of(file.id);
      const url = await persist(() => signer.url(partNumber), signal);
      signer.forget(partNumber); // a part that has to be sent again gets an address of its own
      return { method: "PUT", url };
    },
    completeMultipartUpload: async (file, { parts }) => {
      const { upload, csrf } = of(file.id);
      const body = { parts: parts.map(({ PartNumber, ETag }) => ({ number: PartNumber, etag: ETag })) };
      await persist(() => requestJson(upload.urls.completion, { method: "POST", body, csrf }));
      return {};
    },
  });
  made.on("upload-progress", (file, progress) => {
    if (file) running.get(file.id)?.events.onProgress(progress.bytesUploaded || 0);
  });
  made.on("upload-success", (file) => {
    if (file) running.get(file.id)?.events.onDone();
  });
  made.on("upload-error", (file, error) => {
    if (file) running.get(file.id)?.events.onProblem(problemOfPart(error));
  });
  return made;
}

function of(id: string): Running {
  const found = running.get(id);
  if (!found) throw new Problem("Cancelled", "The upload was cancelled.", 0);
  return found;
}

function problemOfPart(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const status = (error as { source?: { status?: number } }).source?.status ?? 0;
  if (status === 0) return new Problem("The connection was lost", "What has arrived is kept. Try again to go on.", 0);
  return new Problem("The file store refused a part", "What has arrived is kept. Try again to go on.", status);
}
