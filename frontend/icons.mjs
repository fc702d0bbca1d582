// Writes src/icons.svg: the few Lucide icons (ISC licence) that templates and islands name, as one sprite.
// Run by `npm run build`; with --check it says whether the sprite is current and has every icon that templates name.
// A new icon is one more name here.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const NAMES = `
activity arrow-down arrow-left arrow-left-to-line arrow-right arrow-right-to-line arrow-up arrow-up-right award bell bold book-open bookmark
building-2 calendar chart-column chart-line check chevron-down chevron-left chevron-right chevron-up circle circle-alert circle-check
circle-dot circle-help circle-play circle-x clock cloud-upload code combine copy credit-card download ellipsis ellipsis-vertical expand external-link eye
eye-off file file-plus file-text film fingerprint folder globe graduation-cap grip-vertical hard-drive hash heading-2 heading-3 history
house image info italic key-round landmark layers layout-dashboard link list list-ordered loader-circle lock log-in log-out mail menu
monitor monitor-play moon palette panel-left paperclip pause pencil play plus quote redo-2 refresh-cw rotate-ccw scissors scroll-text search
send settings shield shield-check smartphone sparkles square-check star subtitles sun tag text-cursor-input ticket toggle-left trash-2 triangle-alert undo-2 unlink upload user users
video wifi-off x zoom-in zoom-out
`
  .trim()
  .split(/\s+/);

const FILE = new URL("./src/icons.svg", import.meta.url);
const LUCIDE = new URL("./node_modules/@iconify-json/lucide/icons.json", import.meta.url);

function sprite() {
  const { icons, aliases } = JSON.parse(readFileSync(LUCIDE, "utf8"));
  const symbols = NAMES.map((name) => {
    const icon = icons[name] ?? icons[aliases[name]?.parent];
    if (!icon) throw new Error(`Lucide has no icon named ${name}`);
    // The strokes are inherited from the <svg> that uses the symbol, so that CSS decides width and colour.
    const body = icon.body
      .replaceAll(
        / (fill="none"|stroke="currentColor"|stroke-linecap="round"|stroke-linejoin="round"|stroke-width="2")/g,
        "",
      )
      .replaceAll(/<g>(.*?)<\/g>/g, "$1");
    return `<symbol id="${name}" viewBox="0 0 24 24">${body}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
}

/** Icons named in templates, by `name="…"` beside icon.html or by a component's `icon="…"`, that the sprite lacks. */
function missing() {
  const templates = new URL("../colonnade/", import.meta.url);
  const pages = readdirSync(templates, { recursive: true }).filter((path) => path.endsWith(".html"));
  const named = pages.flatMap((path) => {
    const text = readFileSync(new URL(path, templates), "utf8").replaceAll(
      /{% comment %}[\s\S]*?{% endcomment %}/g,
      "",
    );
    const inIncludes = text.match(/{% include "components\/[^%]*%}/g) ?? [];
    return inIncludes.flatMap((include) => {
      const names = include.includes("components/icon.html")
        ? include.matchAll(/ name="([^"]+)"/g)
        : include.matchAll(/ (?:button_)?icon="([^"]+)"/g);
      return [...names].map((match) => ({ path, name: match[1] }));
    });
  });
  return named.filter(({ name }) => !NAMES.includes(name));
}

const text = sprite();
if (process.argv.includes("--check")) {
  const faults = missing().map(({ path, name }) => `${path} names the icon ${name}, which icons.mjs does not list.`);
  if (readFileSync(FILE, "utf8") !== text) {
    faults.push("src/icons.svg is not what icons.mjs makes: run `node icons.mjs`.");
  }
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length ? 1 : 0;
} else {
  writeFileSync(FILE, text);
}
