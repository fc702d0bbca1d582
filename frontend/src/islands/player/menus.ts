import "media-chrome/dist/menu/media-chrome-menu.js";
import "media-chrome/dist/menu/media-chrome-menu-item.js";
import { element } from "../../element";

export interface Choice {
  value: string;
  label: string;
  /** Shown after the label, as a time is. */
  note?: string;
}

/** A menu of which one is chosen, made as media-chrome's own are. */
export function choiceMenu(
  title: string,
  choices: readonly Choice[],
  chosen: string,
  choose: (value: string) => void,
): HTMLElement {
  const menu = element(
    "media-chrome-menu",
    { slot: "submenu", hidden: true },
    element("div", { slot: "title" }, title),
    ...choices.map(({ value, label, note }) => {
      const item = element("media-chrome-menu-item", { type: "radio", value }, element("span", {}, label));
      if (note) item.append(element("span", { slot: "suffix", class: "player-note" }, note));
      Object.assign(item, { value, checked: value === chosen });
      item.dataset.description = label; // what the menu above says of it
      return item;
    }),
  );
  menu.addEventListener("change", () => choose((menu as HTMLElement & { value: string }).value));
  return menu;
}

/** Marks what is chosen, when it was not the person who chose it. */
export function markChosen(menu: HTMLElement, value: string): void {
  for (const item of menu.querySelectorAll<HTMLElement & { value: string; checked: boolean }>(
    ":scope > media-chrome-menu-item",
  )) {
    const chosen = item.value === value;
    if (item.checked !== chosen) item.checked = chosen;
  }
}
