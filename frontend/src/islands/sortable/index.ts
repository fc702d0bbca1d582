import Sortable from "sortablejs";
import { element } from "../../element";
import { Problem, requestJson } from "../../http";
import { toastProblem } from "../../page/toasts";
import { keyTarget, moved } from "./order";

/**
 * A list to put in order, by dragging or by the arrow keys on an item's handle.
 *
 * <ol data-island="sortable" data-url="…"><li data-id="…" data-name="…"><button data-handle …>…</button>…</li></ol>
 * posts {"order": [ids], "moved": id} to data-url after each move. With data-group items move between lists of the same
 * group; then the list that received the item posts, with the item's new neighbours in its order.
 */
export function mount(root: HTMLElement): () => void {
  const list = new SortableList(root);
  return () => list.end();
}

class SortableList {
  #drag: Sortable;
  #says = element("div", { class: "sr-only", "aria-live": "assertive" });
  #leave = new AbortController();

  constructor(private readonly root: HTMLElement) {
    document.body.append(this.#says);
    this.#drag = Sortable.create(root, {
      handle: "[data-handle]",
      draggable: "[data-id]",
      animation: 150,
      ghostClass: "sortable-ghost",
      dragClass: "sortable-drag",
      ...(root.dataset.group ? { group: root.dataset.group } : {}),
      onEnd: ({ item, to, from, oldIndex, newIndex }) => {
        if (to !== from || oldIndex !== newIndex) void save(to, item);
      },
    });
    root.addEventListener("keydown", (event) => this.#key(event), { signal: this.#leave.signal });
  }

  end(): void {
    this.#leave.abort();
    this.#drag.destroy();
    this.#says.remove();
  }

  #key(event: KeyboardEvent): void {
    const handle = (event.target as Element).closest<HTMLElement>("[data-handle]");
    const item = handle?.closest<HTMLElement>("[data-id]");
    if (!handle || !item || item.parentElement !== this.root) return;
    const items = itemsOf(this.root);
    const index = items.indexOf(item);
    const target = keyTarget(event.key, index, items.length);
    if (target === null) return;
    event.preventDefault();
    this.root.append(...moved(items, index, target));
    handle.focus();
    this.#says.textContent = `${item.dataset.name ?? "Item"}: position ${target + 1} of ${items.length}`;
    void save(this.root, item);
  }
}

function itemsOf(root: HTMLElement): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(":scope > [data-id]")];
}

async function save(root: HTMLElement, item: HTMLElement): Promise<void> {
  const order = itemsOf(root).map((item) => item.dataset.id);
  try {
    await requestJson(root.dataset.url ?? "", { method: "POST", body: { order, moved: item.dataset.id } });
  } catch (error) {
    toastProblem(error instanceof Problem ? error : new Problem("The order was not saved", "Reload the page.", 0));
  }
}
