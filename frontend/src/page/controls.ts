import { toast } from "./toasts";

/** The small behaviours that need no island: copy, reveal a password, menus, dialogs, pictures before their upload. */
export function startControls(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    closeMenus(target);
    const copy = target.closest<HTMLElement>("[data-copy]");
    if (copy) void copyText(copy);
    const reveal = target.closest<HTMLElement>("[data-reveal]");
    if (reveal) revealPassword(reveal);
    const opener = target.closest<HTMLElement>("[data-dialog]");
    if (opener) (document.getElementById(opener.dataset.dialog ?? "") as HTMLDialogElement | null)?.showModal();
    if (target.closest("[data-close-dialog]")) target.closest("dialog")?.close();
    else if (target instanceof HTMLDialogElement && target.getAttribute("closedby") === "any") target.close();
  });
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector<HTMLDetailsElement>("details[data-menu][open]");
    if (menu && event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    } else if (menu && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      walkMenu(menu, event);
    }
  });
  document.addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    if (input.type === "file" && input.closest("[data-picture]")) showPicture(input);
  });
}

/** Shows what only works with scripts. */
export function readyControls(within: ParentNode): void {
  for (const button of within.querySelectorAll<HTMLElement>("[data-reveal]")) button.hidden = false;
}

function closeMenus(clicked: Element): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
    if (!menu.contains(clicked)) menu.open = false;
  }
}

function walkMenu(menu: HTMLDetailsElement, event: KeyboardEvent): void {
  const items = [...menu.querySelectorAll<HTMLElement>(".menu-item")].filter((item) => item.offsetParent !== null);
  if (!items.length || !menu.contains(document.activeElement)) return;
  event.preventDefault();
  const step = event.key === "ArrowDown" ? 1 : -1;
  const at = items.indexOf(document.activeElement as HTMLElement);
  items[(at + step + items.length) % items.length]?.focus();
}

async function copyText(button: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(button.dataset.copy ?? "");
  } catch {
    toast("Your browser did not allow copying. Select the text and copy it by hand.", "warning");
    return;
  }
  const label = button.querySelector<HTMLElement>("[data-copy-label]");
  if (!label) {
    toast("Copied.", "success");
    return;
  }
  const before = label.dataset.copyLabel || (label.textContent ?? "");
  label.dataset.copyLabel = before;
  label.textContent = "Copied";
  setTimeout(() => {
    label.textContent = before;
  }, 2000);
}

function revealPassword(button: HTMLElement): void {
  const input = document.getElementById(button.dataset.reveal ?? "") as HTMLInputElement | null;
  if (!input) return;
  const hide = input.type === "text";
  input.type = hide ? "password" : "text";
  button.setAttribute("aria-pressed", String(!hide));
}

function showPicture(input: HTMLInputElement): void {
  const box = input.closest("[data-picture]");
  const file = input.files?.[0];
  if (!box || !file?.type.startsWith("image/")) return;
  let image = box.querySelector<HTMLImageElement>("img[data-preview]");
  if (!image) {
    image = document.createElement("img");
    image.dataset.preview = "";
    image.className = "mb-3 aspect-video w-full max-w-sm rounded-lg border object-cover";
    box.prepend(image);
  }
  if (image.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
  image.alt = `Preview of ${file.name}`;
  image.src = URL.createObjectURL(file);
}
