import { element } from "../../element";
import type { Problem } from "../../http";

const COUNTDOWN_SECONDS = 8;

/** A panel over the picture, also in full screen. Gives back what takes it away. */
function show(frame: HTMLElement, name: string, ...children: HTMLElement[]): () => void {
  frame.querySelector(`.player-panel[data-panel="${name}"]`)?.remove();
  const panel = element(
    "div",
    { class: "player-panel", slot: "centered-chrome", noautohide: true, "data-panel": name, role: "group" },
    ...children,
  );
  frame.append(panel);
  return () => panel.remove();
}

const button = (label: string, action: () => void, kind = "primary") => {
  const made = element("button", { class: `btn btn-${kind} btn-sm`, type: "button" }, label);
  made.addEventListener("click", action);
  return made;
};

export function showProblem(frame: HTMLElement, problem: Problem, retry: () => void, label = "Try again"): () => void {
  const take = show(
    frame,
    "problem",
    element("p", { class: "player-panel-title", role: "alert" }, problem.title),
    element("p", { class: "player-panel-text" }, problem.detail),
    button(label, () => {
      take();
      retry();
    }),
  );
  return take;
}

/** Offers the next lecture, and goes there by itself unless the person says no. */
export function showNext(frame: HTMLElement, title: string, go: () => void, stay: () => void): () => void {
  let left = COUNTDOWN_SECONDS;
  const count = element("p", { class: "player-panel-text", "aria-live": "off" });
  const say = () => {
    count.textContent = `Starts in ${left} ${left === 1 ? "second" : "seconds"}`;
  };
  const timer = setInterval(() => {
    left -= 1;
    say();
    if (left > 0) return;
    clearInterval(timer);
    go();
  }, 1000);
  say();
  const take = show(
    frame,
    "next",
    element("p", { class: "player-panel-text" }, "Next lecture"),
    element("p", { class: "player-panel-title" }, title),
    count,
    element(
      "div",
      { class: "player-panel-actions" },
      button("Play now", go),
      button(
        "Stay here",
        () => {
          end();
          stay();
        },
        "quiet",
      ),
    ),
  );
  const end = () => {
    clearInterval(timer);
    take();
  };
  return end;
}
