// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { mount } from ".";

const CONFIG = {
  provider: "YouTube",
  frame: "about:blank#frame",
  address: "https://www.youtube.com/watch?v=aqz-KE-bpKQ",
  title: "Big Buck Bunny",
};

let root: HTMLElement;
beforeEach(() => {
  localStorage.clear();
  document.body.innerHTML = `<div data-island="embed"><script type="application/json">${JSON.stringify(CONFIG)}</script>
    <div class="embed-ask"><button data-embed-load hidden></button>
    <label data-embed-always hidden><input type="checkbox"></label></div></div>`;
  root = document.querySelector("[data-island]") as HTMLElement;
});

test("nothing is loaded before somebody says so", () => {
  mount(root);
  expect(root.querySelector("iframe")).toBeNull();
  root.querySelector("button")?.click();
  expect(root.querySelector("iframe")?.getAttribute("src")).toBe(CONFIG.frame);
  expect(root.querySelector("iframe")?.title).toBe("Big Buck Bunny");
});

test("who does not want to be asked again is not", () => {
  mount(root);
  (root.querySelector("input") as HTMLInputElement).checked = true;
  root.querySelector("button")?.click();
  const again = root.cloneNode() as HTMLElement;
  again.innerHTML = `<script type="application/json">${JSON.stringify(CONFIG)}</script><div class="embed-ask"></div>`;
  mount(again);
  expect(again.querySelector("iframe")).not.toBeNull();
});
