import { toast } from "../page/toasts";

/** Starts an island and gives back what ends it. */
type Mount = (root: HTMLElement) => () => void;

const LOADERS: Record<string, () => Promise<{ mount: Mount }>> = {
  player: () => import("./player"),
  uploader: () => import("./uploader"),
  sortable: () => import("./sortable"),
  outline: () => import("./outline"),
  captions: () => import("./captions"),
  transcript: () => import("./transcript"),
  notes: () => import("./notes"),
  quiz: () => import("./quiz"),
  question: () => import("./question"),
  "text-editor": () => import("./text-editor"),
  file: () => import("./file"),
  pdf: () => import("./pdf"),
  embed: () => import("./embed"),
};

const mounted = new Map<HTMLElement, () => void>();

/** Finds the islands in a piece of the page and loads the code of those that are there. */
export async function mountIslands(within: ParentNode): Promise<void> {
  const found = [...within.querySelectorAll<HTMLElement>("[data-island]:not([data-mounted])")];
  if (within instanceof HTMLElement && within.matches("[data-island]:not([data-mounted])")) found.unshift(within);
  await Promise.all(found.map(mountOne));
}

async function mountOne(root: HTMLElement): Promise<void> {
  const load = LOADERS[root.dataset.island ?? ""];
  if (!load) return;
  root.dataset.mounted = "";
  const island = await load().catch(() => null);
  if (!island) {
    // Most likely the page stayed open over an upgrade, and its files are gone.
    toast("A part of this page could not be loaded. Reload the page.", "error");
  } else if (root.isConnected) {
    mounted.set(root, island.mount(root));
  }
}

/** Ends the islands that have left the page. */
export function unmountIslands(): void {
  for (const [root, end] of mounted) {
    if (root.isConnected) continue;
    mounted.delete(root);
    end();
  }
}

/** What the page tells an island: the JSON in its <script type="application/json"> child. */
export function configOf<Config>(root: HTMLElement): Config {
  const script = root.querySelector(':scope > script[type="application/json"]');
  if (!script?.textContent) throw new Error(`The island ${root.dataset.island} has no configuration.`);
  return JSON.parse(script.textContent) as Config;
}
