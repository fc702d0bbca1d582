/** What the page tells the uploader; the server's names. */
export interface UploaderConfig {
  uploads_url: string;
  lecture_id: string;
  csrf_token: string;
  /** The fragment that shows how the video fares; it replaces #video-<lecture_id> once the upload is complete. */
  state_url: string | null;
  accept: string;
  /** Whether several files may be chosen, each a video of its own. */
  multiple?: boolean;
  /** What is sent here, where that is no video. */
  wanted?: { drop: string; label: string; kinds: string };
}

/** An upload as the server opened it. Sizes are bytes. */
export interface OpenUpload {
  video_id: string;
  part_size: number;
  part_count: number;
  urls: { upload: string; parts: string; completion: string };
}

export interface StoredPart {
  number: number;
  size: number;
  etag: string;
}

export interface UploadStatus {
  parts: StoredPart[];
  part_size: number;
  part_count: number;
  state: string;
}

/** Tells whether a file chosen again is the one whose upload stopped, without reading it. */
export function fingerprint(file: Pick<File, "name" | "size" | "lastModified">): string {
  return `${file.name}:${file.size}:${file.lastModified}`;
}
