import htmx, { type HtmxRequestCtx } from "htmx.org";
import Sortable from "sortablejs";
import { element } from "../../element";
import { OFFLINE, Problem, requestJson } from "../../http";
import { toastProblem } from "../../page/toasts";
import { keyTarget, moved } from "../sortable/order";
import { Bulk } from "./bulk";
import { keyPlace } from "./place";
import { type Move, Saves } from "./saves";

/**
 * A course's outline: sections and lectures put in order by dragging or by the arrow keys on their handles, lectures
 * across sections. Each change says which outline the page has seen (#outline-version); where somebody else has changed
 * it, the server refuses, and the page shows the outline as it is. Menus are fetched when they are opened.
 */
export function mount(root: HTMLElement): () => void {
  const outline = new Outline(root);
  return () => outline.end();
}

class Outline {
  #says = element("div", { class: "sr-only", "aria-live": "assertive" });
  #leave = new AbortController();
  #drags = new Map<HTMLElement, Sortable>();
  #saves = new Saves(
    (move) => this.#send(move),
    (problem) => void this.#refused(problem),
  );
  #bulk: Bulk;

  constructor(private readonly root: HTMLElement) {
    const { signal } = this.#leave;
    document.body.append(this.#says);
    this.#bulk = new Bulk(root, root.dataset.url ?? "");
    root.addEventListener("keydown", (event) => this.#key(event), { signal });
    root.addEventListener("toggle", (event) => void this.#fill(event.target as HTMLElement), { signal, capture: true });
    document.addEventListener("htmx:config:request", (event) => this.#tell(event), { signal });
    document.addEventListener("htmx:response:error", (event) => this.#renamedByOthers(event), { signal });
    document.addEventListener("htmx:after:swap", (event) => this.#renamed(event), { signal });
    document.addEventListener("htmx:after:process", () => this.#ready(), { signal });
    this.#ready();
  }

  end(): void {
    this.#leave.abort();
    this.#bulk.end();
    for (const drag of this.#drags.values()) drag.destroy();
    this.#says.remove();
  }

  get #sections(): HTMLElement {
    return this.root.querySelector("#sections") as HTMLElement;
  }

  get #lists(): HTMLElement[] {
    return [...this.root.querySelectorAll<HTMLElement>("[data-lectures]")];
  }

  get #version(): HTMLElement | null {
    return this.root.querySelector<HTMLElement>("#outline-version");
  }

  /** Lists come and go with their sections. */
  #ready(): void {
    for (const [list, drag] of this.#drags) {
      if (list.isConnected) continue;
      drag.destroy();
      this.#drags.delete(list);
    }
    for (const list of [this.#sections, ...this.#lists]) {
      if (!this.#drags.has(list)) this.#drags.set(list, this.#sortable(list));
    }
    for (const button of this.root.querySelectorAll<HTMLElement>("[data-bulk]")) button.hidden = false;
  }

  #sortable(list: HTMLElement): Sortable {
    const isOfLectures = list !== this.#sections;
    return Sortable.create(list, {
      handle: isOfLectures ? "[data-handle]" : "header [data-handle]",
      draggable: isOfLectures ? "li[data-id]" : "section[data-id]",
      animation: 150,
      ghostClass: "sortable-ghost",
      dragClass: "sortable-drag",
      ...(isOfLectures ? { group: "lectures" } : {}),
      onEnd: ({ item, to, from, oldIndex, newIndex }) => {
        if (to !== from || oldIndex !== newIndex) this.#save(to, item);
      },
    });
  }

  #key(event: KeyboardEvent): void {
    const handle = (event.target as Element).closest<HTMLElement>("[data-handle]");
    const item = handle?.closest<HTMLElement>("[data-id]");
    const list = item?.parentElement;
    if (!handle || !item || !list) return;
    const into =
      list === this.#sections ? this.#moveSection(event.key, item) : this.#moveLecture(event.key, item, list);
    if (!into) return;
    event.preventDefault();
    handle.focus();
    const items = itemsOf(into);
    const where = into === this.#sections ? "" : ` in ${into.closest<HTMLElement>("section")?.dataset.name ?? ""}`;
    this.#says.textContent = `${item.dataset.name ?? "Item"}: position ${items.indexOf(item) + 1} of ${items.length}${where}`;
    this.#save(into, item);
  }

  #moveSection(key: string, item: HTMLElement): HTMLElement | null {
    const items = itemsOf(this.#sections);
    const index = items.indexOf(item);
    const target = keyTarget(key, index, items.length);
    if (target === null) return null;
    this.#sections.append(...moved(items, index, target));
    return this.#sections;
  }

  #moveLecture(key: string, item: HTMLElement, list: HTMLElement): HTMLElement | null {
    const lists = this.#lists;
    const counts = lists.map((each) => itemsOf(each).length);
    const place = keyPlace(key, { section: lists.indexOf(list), index: itemsOf(list).indexOf(item) }, counts);
    const target = place && lists[place.section];
    if (!place || !target) return null;
    const others = itemsOf(target).filter((other) => other !== item);
    target.insertBefore(item, others[place.index] ?? null);
    return target;
  }

  #save(list: HTMLElement, item: HTMLElement): void {
    const order = itemsOf(list).map(({ dataset }) => dataset.id ?? "");
    this.#saves.add({ url: list.dataset.url ?? "", order, moved: item.dataset.id ?? "" });
  }

  async #send({ url, order, moved }: Move): Promise<void> {
    const known = this.#version?.dataset.version;
    const body = { order, moved, version: known === undefined ? null : Number(known) };
    const { version } = await requestJson<{ version: number }>(url, { method: "POST", body });
    if (this.#version) this.#version.dataset.version = String(version);
  }

  async #refused(error: unknown): Promise<void> {
    toastProblem(error instanceof Problem ? error : OFFLINE);
    await htmx.ajax("GET", this.root.dataset.url ?? "", { source: this.root, swap: "none" });
  }

  /** Tells the server what the page has seen: the outline, and of a title that is changed, the former one. */
  #tell(event: Event): void {
    const { ctx } = (event as CustomEvent<{ ctx?: HtmxRequestCtx }>).detail;
    const version = this.#version?.dataset.version;
    if (!ctx?.request || !version) return;
    ctx.request.headers["Outline-Version"] = version;
    const field = this.#titleOf(ctx);
    if (!field) return;
    ctx.request.headers["Title-Was"] = encodeURIComponent(field.defaultValue);
    field.dataset.sent = field.value;
  }

  #renamed(event: Event): void {
    const field = this.#titleOf((event as CustomEvent<{ ctx?: HtmxRequestCtx }>).detail.ctx);
    if (field?.dataset.sent !== undefined) field.defaultValue = field.dataset.sent;
  }

  /** The next try knows their title, and replaces it on purpose. */
  #renamedByOthers(event: Event): void {
    const { ctx } = (event as CustomEvent<{ ctx?: HtmxRequestCtx }>).detail;
    if (ctx?.response?.status !== 409 || !this.#titleOf(ctx)) return;
    void htmx.ajax("GET", this.root.dataset.url ?? "", { source: this.root, swap: "none" });
  }

  /** The field whose title a request changes, if it does. */
  #titleOf(ctx: HtmxRequestCtx | undefined): HTMLInputElement | null {
    const source = ctx?.sourceElement;
    if (!source || !this.root.contains(source) || source.matches("[id^=add-]")) return null;
    return source.matches("input[name=title]")
      ? (source as HTMLInputElement)
      : source.querySelector<HTMLInputElement>(":scope > input[name=title]");
  }

  async #fill(menu: HTMLElement): Promise<void> {
    const url = menu.dataset.menuUrl;
    const panel = menu.querySelector<HTMLElement>(".menu-panel");
    if (!url || !panel || !(menu as HTMLDetailsElement).open) return;
    await htmx.ajax("GET", url, { target: panel, swap: "innerHTML" });
  }
}

function itemsOf(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>(":scope > [data-id]")];
}
