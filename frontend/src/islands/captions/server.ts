import { csrfToken, OFFLINE, problemOf, requestJson } from "../../http";
import type { Document, EditorConfig } from "./config";
import type { Work } from "./work";

/** What the editor asks of the server. Everything throws a Problem where it does not succeed. */
export class Server {
  constructor(private readonly config: EditorConfig) {}

  load(language: string): Promise<Document> {
    return requestJson<Document>(this.address(language));
  }

  save(work: Work): Promise<Document> {
    const { language, label, version, cues } = work;
    const body = { version, label, language, cues };
    return requestJson<Document>(this.address(language), { method: "PUT", body, csrf: this.config.csrf_token });
  }

  /** Lets a computer make a draft. */
  listen(language: string): Promise<Document> {
    const { recognition_url, csrf_token } = this.config;
    return requestJson<Document>(recognition_url, { method: "POST", body: { language }, csrf: csrf_token });
  }

  remove(language: string): Promise<void> {
    return requestJson<void>(this.address(language), { method: "DELETE", csrf: this.config.csrf_token });
  }

  /** `version` is of the captions that the file's replace. */
  async upload(file: File, language: string, version: number | null): Promise<Document> {
    const body = new FormData();
    body.set("file", file);
    body.set("language", language);
    if (version !== null) body.set("version", String(version));
    const headers = { Accept: "application/json", "X-CSRFToken": this.config.csrf_token || csrfToken() };
    const response = await fetch(this.config.captions_url, { method: "POST", headers, body }).catch(() => {
      throw OFFLINE;
    });
    if (!response.ok) throw await problemOf(response);
    return (await response.json()) as Document;
  }

  address(language: string): string {
    return `${this.config.captions_url}${encodeURIComponent(language)}/`;
  }

  file(language: string, form: "vtt" | "srt"): string {
    return `${this.config.captions_url}${encodeURIComponent(language)}.${form}`;
  }
}
