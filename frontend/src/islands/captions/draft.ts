import type { Cue } from "./cues";

/** What has been typed and not saved yet. `version` is the one that it changes; null: there was none. */
export interface Draft {
  version: number | null;
  label: string;
  cues: Cue[];
  at: number;
}

const STORE = "colonnade:captions-draft:";

/** Keeps drafts in this browser, so that neither a lost connection nor a closed tab costs a word. */
export class Drafts {
  constructor(
    private readonly owner: string,
    private readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null = browserStorage(),
  ) {}

  /** Whether the browser took it: it may be full, or forbidden. */
  keep(language: string, draft: Draft): boolean {
    try {
      if (!this.storage) return false;
      this.storage.setItem(this.#key(language), JSON.stringify(draft));
      this.#list([...this.languages.filter((each) => each !== language), language]);
      return true;
    } catch {
      return false;
    }
  }

  of(language: string): Draft | null {
    try {
      const draft = JSON.parse(this.storage?.getItem(this.#key(language)) ?? "null") as Draft | null;
      return draft && Array.isArray(draft.cues) ? draft : null;
    } catch {
      return null;
    }
  }

  forget(language: string): void {
    try {
      this.storage?.removeItem(this.#key(language));
      this.#list(this.languages.filter((each) => each !== language));
    } catch {
      // It was never kept, then.
    }
  }

  get languages(): string[] {
    try {
      const found = JSON.parse(this.storage?.getItem(this.#key("")) ?? "[]");
      return Array.isArray(found) ? found.map(String) : [];
    } catch {
      return [];
    }
  }

  #list(languages: string[]): void {
    if (languages.length) this.storage?.setItem(this.#key(""), JSON.stringify(languages));
    else this.storage?.removeItem(this.#key(""));
  }

  #key(language: string): string {
    return `${STORE}${this.owner}:${language}`;
  }
}

function browserStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null; // forbidden by the browser's settings
  }
}
