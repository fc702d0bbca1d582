import { element } from "../../element";
import { openDialog } from "./dialogs";

const MAP: readonly (readonly [keys: string, meaning: string])[] = [
  ["Space K", "Play or pause"],
  ["J L", "10 seconds back or on"],
  ["← →", "5 seconds back or on"],
  ["0 … 9", "To the start, a tenth, … nine tenths"],
  ["↑ ↓", "Louder or quieter"],
  ["M", "Sound off or on"],
  ["< >", "Slower or faster"],
  ["C", "Captions"],
  ["F", "Full screen"],
  ["P", "Picture in picture"],
  ["T", "Theatre: the whole width"],
  ["N", "Write a note"],
  ["?", "This list"],
];

export function showKeymap(): void {
  if (document.querySelector("dialog[open]")) return;
  const list = element("dl", { class: "player-keymap" });
  for (const [keys, meaning] of MAP) {
    const caps = keys.split(" ").map((key) => (key === "…" ? key : element("kbd", { class: "kbd kbd-sm" }, key)));
    list.append(element("dt", {}, ...caps), element("dd", {}, meaning));
  }
  openDialog("Keys of the player", list).dataset.testid = "player-keys";
}
