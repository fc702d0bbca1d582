// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { Rows } from "./rows";

const row = (id: string) =>
  `<li data-id="${id}"><button data-handle aria-label="Move answer 1"></button><input name="choice_id" value="${id}">
   <input type="radio" name="right" value="${id}"><input name="choice_text" aria-label="Answer 1" data-row-text>
   <button type="button" data-remove-row hidden></button></li>`;

let root: HTMLElement;

beforeEach(() => {
  document.body.innerHTML = `<fieldset><ol data-row-list>${row("aaaa")}${row("bbbb")}</ol>
    <template data-row-template>${row("").replaceAll(/(answer|Answer) 1/g, "$1 new")}</template>
    <button type="button" data-add-row hidden></button></fieldset>`;
  root = document.querySelector("fieldset") as HTMLElement;
  new Rows(root);
});

const ids = () => [...root.querySelectorAll<HTMLInputElement>('ol [name="choice_id"]')].map(({ value }) => value);
const press = (target: Element | null, key: string) =>
  target?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

test("a row is added with an id of its own, which its mark has as well", () => {
  root.querySelector<HTMLElement>("[data-add-row]")?.click();
  const added = ids()[2] ?? "";
  expect(added).toMatch(/^[0-9a-f]{8}$/);
  expect(root.querySelectorAll<HTMLInputElement>('ol [name="right"]')[2]?.value).toBe(added);
  expect(root.querySelectorAll("ol [data-row-text]")[2]?.getAttribute("aria-label")).toBe("Answer 3");
});

test("Enter goes to the next row, and makes one after the last", () => {
  const fields = root.querySelectorAll("[data-row-text]");
  press(fields[0] ?? null, "Enter");
  expect(document.activeElement).toBe(fields[1]);
  press(fields[1] ?? null, "Enter");
  expect(ids()).toHaveLength(3);
});

test("arrow keys on its dots move a row; one can be removed", () => {
  press(root.querySelector('[data-id="bbbb"] [data-handle]'), "ArrowUp");
  expect(ids()).toEqual(["bbbb", "aaaa"]);
  root.querySelector<HTMLElement>('[data-id="bbbb"] [data-remove-row]')?.click();
  expect(ids()).toEqual(["aaaa"]);
});
