import { csrfToken, problemOf } from "../../http";
import type { Outcome } from "./answers";
import type { Given } from "./config";

/** Sends an answer to the server and reads what became of it. `keepalive` lets it outlive the page. */
export async function putAnswer(
  url: string,
  body: { given: Given; revision: number; place: string },
  csrf: string,
  keepalive = false,
): Promise<Outcome> {
  const response = await fetch(url, {
    method: "PUT",
    headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrfToken() || csrf },
    body: JSON.stringify(body),
    credentials: "same-origin",
    keepalive,
  }).catch(() => null);
  if (!response || response.status >= 500 || response.status === 429) return { kind: "unheard" };
  if (response.ok) {
    const { revision } = (await response.json()) as { revision: number };
    return { kind: "kept", revision };
  }
  return outcomeOf(response);
}

async function outcomeOf(response: Response): Promise<Outcome> {
  const problem = await problemOf(response.clone());
  const detail = problem.detail || problem.title;
  const told = (await response.json().catch(() => ({}))) as { type?: string; given?: Given; revision?: number };
  switch (told.type?.split("#")[1]) {
    case "answer-changed":
      return { kind: "newer", given: told.given ?? null, revision: told.revision ?? 0, detail };
    case "answers-elsewhere":
      return { kind: "elsewhere", detail };
    case "attempt-closed":
    case "time-is-up":
      return { kind: "over" };
    default:
      return { kind: "refused", detail };
  }
}
