import type { OpenUpload } from "./config";

/**
 * What a reload must not forget: which file was on its way, and where the browser allows it a handle on it, so that
 * one click goes on. In IndexedDB, because only there a handle can be kept.
 */
export interface Interrupted {
  lecture_id: string;
  fingerprint: string;
  name: string;
  size: number;
  sent: number;
  upload: OpenUpload;
  handle: FileSystemFileHandle | null;
}

const NAME = "colonnade-uploads";
const STORE = "interrupted";

export async function remember(record: Interrupted): Promise<void> {
  await inStore("readwrite", (store) => store.put(record)).catch(() => {}); // a private window may forbid it
}

export async function forget(lectureId: string): Promise<void> {
  await inStore("readwrite", (store) => store.delete(lectureId)).catch(() => {});
}

export async function recall(lectureId: string): Promise<Interrupted | null> {
  const found = await inStore("readonly", (store) => store.get(lectureId)).catch(() => undefined);
  return (found as Interrupted | undefined) ?? null;
}

/** The file behind a handle, if the person allows it; `ask` may show the browser's question. */
export async function fileOf(handle: FileSystemFileHandle, ask: boolean): Promise<File | null> {
  const permitted = handle as FileSystemFileHandle & {
    queryPermission?: (mode: { mode: "read" }) => Promise<PermissionState>;
    requestPermission?: (mode: { mode: "read" }) => Promise<PermissionState>;
  };
  try {
    let state = (await permitted.queryPermission?.({ mode: "read" })) ?? "denied";
    if (state !== "granted" && ask) state = (await permitted.requestPermission?.({ mode: "read" })) ?? "denied";
    return state === "granted" ? await handle.getFile() : null;
  } catch {
    return null; // moved or deleted
  }
}

function inStore<Result>(
  mode: IDBTransactionMode,
  use: (store: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "lecture_id" });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const request = use(opening.result.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    };
  });
}
