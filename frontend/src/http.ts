/** What went wrong with a request, in the server's words where it gave some (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly title: string,
    readonly detail: string,
    readonly status: number,
  ) {
    super(detail || title);
    this.name = "Problem";
  }
}

export const OFFLINE = new Problem("No connection", "The server cannot be reached. Check your connection.", 0);

/** Django's CSRF token: its cookie, or on a page without one the token the page carries. */
export function csrfToken(): string {
  const cookie = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1];
  return cookie ?? document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** The problem a response describes, whatever it describes it with. */
export async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text().catch(() => "");
  return problemFrom(response.status, text);
}

export function problemFrom(status: number, text: string): Problem {
  try {
    const { title = "", detail = "" } = JSON.parse(text) as { title?: unknown; detail?: unknown };
    if (typeof title === "string" && typeof detail === "string" && (title || detail)) {
      return new Problem(title, detail, status);
    }
  } catch {
    // Not JSON: an HTML fragment, or a proxy's page.
  }
  const fragment = new DOMParser().parseFromString(text, "text/html").querySelector("[data-problem]");
  const title = fragment?.querySelector("[data-problem-title]")?.textContent?.trim();
  if (title)
    return new Problem(title, fragment?.querySelector("[data-problem-detail]")?.textContent?.trim() ?? "", status);
  return new Problem(...ordinaryWords(status), status);
}

function ordinaryWords(status: number): [title: string, detail: string] {
  if (status === 401) return ["You are signed out", "Sign in again in another tab, then repeat this."];
  if (status === 403)
    return ["Not allowed", "Your account may not do this. Reload the page if you have just signed in."];
  if (status === 404) return ["Not there any more", "Reload the page to see what has changed."];
  if (status === 413) return ["Too large", "The server does not take that much at once."];
  if (status === 429) return ["Too many tries", "Wait a minute, then try again."];
  if (status >= 500) return ["Something broke on our side", "Try again in a minute."];
  return ["That did not work", "Reload the page and try again."];
}

export interface JsonRequest {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  body?: unknown;
  csrf?: string;
  signal?: AbortSignal;
  /** Lets the request outlive the page. */
  keepalive?: boolean;
}

/** Sends and receives JSON in the person's session. Throws a Problem for anything but success. */
export async function requestJson<Answer>(url: string, request: JsonRequest = {}): Promise<Answer> {
  const { method = "GET", body, csrf, signal, keepalive = false } = request;
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = csrf || csrfToken();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const init: RequestInit = { method, headers, keepalive, credentials: "same-origin" };
  if (body !== undefined) init.body = JSON.stringify(body);
  if (signal) init.signal = signal;
  const response = await fetch(url, init).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw OFFLINE;
  });
  if (!response.ok) throw await problemOf(response);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}
