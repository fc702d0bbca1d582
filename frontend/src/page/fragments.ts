import "htmx.org";
import type { HtmxRequestCtx } from "htmx.org";
import { csrfToken, OFFLINE, problemFrom } from "../http";
import { mountIslands, unmountIslands } from "../islands";
import { readyControls } from "./controls";
import { startThemeSwitches } from "./theme";
import { toastProblem } from "./toasts";

const contextOf = (event: Event) => (event as CustomEvent<{ ctx?: HtmxRequestCtx }>).detail.ctx;

let underWay = 0;

/** Wires HTMX to the page: the CSRF token, problems as toasts, islands in what is swapped in, the bar on top. */
export function startFragments(): void {
  document.addEventListener("htmx:config:request", (event) => {
    const request = contextOf(event)?.request;
    if (request && request.method.toUpperCase() !== "GET") request.headers["X-CSRFToken"] = csrfToken();
  });
  document.addEventListener("htmx:before:request", () => showBar(1));
  document.addEventListener("htmx:finally:request", () => showBar(-1));
  document.addEventListener("htmx:response:error", (event) => {
    const context = contextOf(event);
    if (!context?.response || belongsInThePage(context)) return;
    context.swap = "none";
    toastProblem(problemFrom(context.response.status, context.text ?? ""));
  });
  document.addEventListener("htmx:error", (event) => {
    const { ctx, error } = (event as unknown as CustomEvent<{ ctx?: HtmxRequestCtx; error: unknown }>).detail;
    if (ctx && !ctx.response && error instanceof Error) toastProblem(OFFLINE); // fetch itself failed, or took too long
  });
  document.addEventListener("htmx:after:process", (event) => {
    const part = event.target as HTMLElement;
    void mountIslands(part);
    readyControls(part);
    startThemeSwitches(part);
  });
  document.addEventListener("htmx:after:swap", unmountIslands);
}

/** A form with its mistakes marked is swapped in; a problem, a whole page or nothing is not. */
function belongsInThePage(context: HtmxRequestCtx): boolean {
  const headers = context.response?.headers;
  if (headers?.has("HX-Retarget")) return true;
  const type = headers?.get("Content-Type") ?? "";
  const text = context.text?.trim() ?? "";
  return (
    type.startsWith("text/html") && text !== "" && !/^<!doctype|<html/i.test(text) && !text.includes("data-problem")
  );
}

function showBar(change: number): void {
  underWay = Math.max(0, underWay + change);
  document.querySelector(".request-bar")?.toggleAttribute("data-active", underWay > 0);
}
