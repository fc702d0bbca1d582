// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { mount } from ".";

let root: HTMLElement;
let end: () => void;

beforeEach(() => {
  document.body.innerHTML = `<div id="toasts"></div><ol data-url="/order">${["a", "b", "c"]
    .map((id) => `<li data-id="${id}" data-name="Lecture ${id}"><button data-handle></button></li>`)
    .join("")}</ol>`;
  root = document.querySelector("ol") as HTMLElement;
  end = mount(root);
});
afterEach(() => {
  end();
  vi.unstubAllGlobals();
});

const press = (id: string, key: string) =>
  root
    .querySelector(`[data-id="${id}"] button`)
    ?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

test("an arrow key moves the item, says where it stands and saves the order", async () => {
  const sent = vi.fn(async (_url: string, _init: RequestInit) => new Response(null, { status: 204 }));
  vi.stubGlobal("fetch", sent);
  press("c", "ArrowUp");
  expect([...root.children].map((item) => (item as HTMLElement).dataset.id)).toEqual(["a", "c", "b"]);
  expect(document.querySelector("[aria-live]")?.textContent).toBe("Lecture c: position 2 of 3");
  expect(sent.mock.calls[0]?.[0]).toBe("/order");
  expect(JSON.parse(String(sent.mock.calls[0]?.[1].body))).toEqual({ order: ["a", "c", "b"], moved: "c" });
});

test("an order that cannot be saved is said", async () => {
  const problem = JSON.stringify({ title: "Changed meanwhile", detail: "Reload the page." });
  vi.stubGlobal("fetch", async () => new Response(problem, { status: 409 }));
  press("a", "ArrowDown");
  await vi.waitFor(() => expect(document.getElementById("toasts")?.textContent).toContain("Changed meanwhile"));
});

test("after its end it leaves nothing behind", () => {
  end();
  end = () => {};
  const sent = vi.fn();
  vi.stubGlobal("fetch", sent);
  press("c", "ArrowUp");
  expect(sent).not.toHaveBeenCalled();
  expect(document.querySelector("[aria-live=assertive]")).toBeNull();
});
