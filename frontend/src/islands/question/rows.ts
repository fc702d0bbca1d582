import Sortable from "sortablejs";
import { element } from "../../element";
import { keyTarget, moved } from "../sortable/order";

/** Rows of a form: add one, remove one, drag or move them by arrow keys. Enter in the last one adds the next. */
export class Rows {
  #list: HTMLElement;
  #template: HTMLTemplateElement;
  #drag: Sortable;
  #leave = new AbortController();
  #says = element("div", { class: "sr-only", "aria-live": "assertive" });

  constructor(root: HTMLElement) {
    this.#list = root.querySelector("[data-row-list]") as HTMLElement;
    this.#template = root.querySelector("[data-row-template]") as HTMLTemplateElement;
    const { signal } = this.#leave;
    const add = root.querySelector<HTMLButtonElement>("[data-add-row]");
    if (add) add.hidden = false;
    for (const remove of this.#list.querySelectorAll<HTMLElement>("[data-remove-row]")) remove.hidden = false;
    add?.addEventListener("click", () => this.#add(), { signal });
    this.#list.addEventListener("click", (event) => this.#remove(event), { signal });
    this.#list.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.#drag = Sortable.create(this.#list, {
      handle: "[data-handle]",
      draggable: "[data-id]",
      animation: 150,
      ghostClass: "sortable-ghost",
      onEnd: () => this.#number(),
    });
    root.append(this.#says);
  }

  end(): void {
    this.#leave.abort();
    this.#drag.destroy();
  }

  get #rows(): HTMLElement[] {
    return [...this.#list.children] as HTMLElement[];
  }

  #add(): void {
    const row = (this.#template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    const id = newId();
    row.dataset.id = id;
    for (const field of row.querySelectorAll<HTMLInputElement>('[name$="_id"], [name="right"]')) field.value = id;
    for (const remove of row.querySelectorAll<HTMLElement>("[data-remove-row]")) remove.hidden = false;
    this.#list.append(row);
    this.#number();
    row.querySelector<HTMLElement>("[data-row-text]")?.focus();
  }

  #remove(event: Event): void {
    const row = (event.target as Element).closest("[data-remove-row]")?.closest<HTMLElement>("[data-id]");
    if (!row) return;
    const near = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.#number();
    near?.querySelector<HTMLElement>("[data-row-text]")?.focus();
  }

  #key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.key === "Enter" && target.matches("[data-row-text]")) {
      event.preventDefault(); // it would save the form
      const next = target.closest("[data-id]")?.nextElementSibling;
      if (next) next.querySelector<HTMLElement>("[data-row-text]")?.focus();
      else this.#add();
    }
    const handle = target.closest<HTMLElement>("[data-handle]");
    const row = handle?.closest<HTMLElement>("[data-id]");
    if (!handle || !row) return;
    const rows = this.#rows;
    const place = keyTarget(event.key, rows.indexOf(row), rows.length);
    if (place === null) return;
    event.preventDefault();
    this.#list.append(...moved(rows, rows.indexOf(row), place));
    this.#number();
    handle.focus();
    this.#says.textContent = `Position ${place + 1} of ${rows.length}`;
  }

  /** Names read aloud tell the place of a row. */
  #number(): void {
    for (const [index, row] of this.#rows.entries()) {
      for (const named of row.querySelectorAll("[aria-label]")) {
        const label = named.getAttribute("aria-label") ?? "";
        named.setAttribute("aria-label", label.replace(/\b(?:\d+|new)\b/, String(index + 1)));
      }
    }
  }
}

function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(4))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
