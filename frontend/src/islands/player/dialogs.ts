import { element } from "../../element";
import { icon } from "../../icon";

let opened = 0;

/** Opens a dialog over the page, also over a player in full screen. It is gone once closed. */
export function openDialog(title: string, ...children: HTMLElement[]): HTMLDialogElement {
  const id = `player-dialog-${opened++}`;
  const close = element("button", { class: "btn btn-ghost btn-sm btn-square", type: "button", "aria-label": "Close" });
  close.append(icon("x"));
  const dialog = element(
    "dialog",
    { class: "dialog-box", "aria-labelledby": id, closedby: "any" },
    element(
      "header",
      { class: "flex items-center justify-between gap-4 border-b px-5 py-4" },
      element("h2", { id, class: "section-title text-lg" }, title),
      close,
    ),
    element("div", { class: "p-5" }, ...children),
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  // In full screen only what is inside is rendered; elsewhere the page's end is where dialogs stand.
  (document.fullscreenElement ?? document.body).append(dialog);
  dialog.showModal();
  return dialog;
}
