import { element } from "../element";
import type { Problem } from "../http";
import { icon } from "../icon";

export type Tone = "info" | "success" | "warning" | "error";

const ICONS: Record<Tone, string> = {
  info: "info",
  success: "circle-check",
  warning: "triangle-alert",
  error: "circle-alert",
};
const READING_MS = 6000;

/** Says something at the edge of the page. What went wrong stays until it is dismissed. */
export function toast(text: string, tone: Tone = "info"): void {
  if (isShown(text)) return; // a fragment that polls fails once a second
  const dismiss = element(
    "button",
    { class: "btn btn-ghost btn-xs btn-square", type: "button", "aria-label": "Dismiss", "data-dismiss": true },
    icon("x"),
  );
  const words = element("p", { class: "min-w-0 flex-1", "data-toast-text": true }, text);
  const item = element(
    "div",
    { class: `toast-item tone-${tone}`, "data-toast": true },
    icon(ICONS[tone]),
    words,
    dismiss,
  );
  document.getElementById("toasts")?.append(item);
  letFade(item);
}

export function toastProblem(problem: Problem): void {
  toast(problem.detail ? `${problem.title}. ${problem.detail}` : problem.title, "error");
}

export function startToasts(): void {
  document.querySelectorAll<HTMLElement>("[data-toast]").forEach(letFade);
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest("[data-dismiss]");
    button?.closest("[data-toast]")?.remove();
  });
  // HTMX turns the header HX-Trigger: {"toast": {"text": "…", "tone": "…"}} into this event.
  document.addEventListener("toast", (event) => {
    const detail = (event as CustomEvent<{ text?: string; tone?: Tone; value?: string }>).detail ?? {};
    const text = detail.text ?? detail.value;
    if (text) toast(text, detail.tone ?? "success");
  });
}

function isShown(text: string): boolean {
  return [...document.querySelectorAll("#toasts [data-toast-text]")].some((shown) => shown.textContent === text);
}

function letFade(item: HTMLElement): void {
  if (item.classList.contains("tone-error")) return;
  const leave = () => {
    if (item.matches(":hover, :focus-within")) setTimeout(leave, READING_MS);
    else item.remove();
  };
  setTimeout(leave, READING_MS);
}
