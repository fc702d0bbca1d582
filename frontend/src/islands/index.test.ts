// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { configOf, mountIslands, unmountIslands } from ".";

const end = vi.fn();
const mount = vi.fn((_root: HTMLElement) => end);
vi.mock("./sortable", () => ({ mount: (root: HTMLElement) => mount(root) }));

afterEach(() => {
  document.body.innerHTML = "";
  unmountIslands();
  vi.clearAllMocks();
});

test("an island is mounted once, and ended when it has left the page", async () => {
  document.body.innerHTML = '<section><ol data-island="sortable"></ol><div data-island="unknown"></div></section>';
  await mountIslands(document);
  await mountIslands(document);
  expect(mount).toHaveBeenCalledTimes(1);
  unmountIslands();
  expect(end).not.toHaveBeenCalled();
  document.body.innerHTML = "";
  unmountIslands();
  unmountIslands();
  expect(end).toHaveBeenCalledTimes(1);
});

test("a fragment that is an island itself is mounted as well", async () => {
  document.body.innerHTML = '<ol data-island="sortable"></ol>';
  await mountIslands(document.querySelector("ol") as HTMLElement);
  expect(mount).toHaveBeenCalledTimes(1);
});

test("the configuration is the island's own, not that of one inside it", () => {
  document.body.innerHTML = `<div data-island="player"><p><script type="application/json">{"inner": 1}</script></p>
    <script type="application/json">{"src": "/a"}</script></div><div id="none" data-island="player"></div>`;
  expect(configOf(document.querySelector("[data-island]") as HTMLElement)).toEqual({ src: "/a" });
  expect(() => configOf(document.getElementById("none") as HTMLElement)).toThrow("no configuration");
});
