// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { isTouched, readGiven, writeGiven } from "./fields";

function question(kind: string, inner: string): HTMLElement {
  document.body.innerHTML = `<li><fieldset data-kind="${kind}">${inner}</fieldset></li>`;
  return document.querySelector("li") as HTMLElement;
}

const radios = (type: string, ...ids: string[]) =>
  ids.map((id) => `<input type="${type}" name="q" value="${id}" data-input>`).join("");

test("one choice, several, true and false", () => {
  const single = question("single", radios("radio", "a", "b"));
  expect(readGiven(single)).toBeNull();
  writeGiven(single, "b");
  expect(readGiven(single)).toBe("b");
  const multiple = question("multiple", radios("checkbox", "a", "b", "c"));
  writeGiven(multiple, ["a", "c"]);
  expect(readGiven(multiple)).toEqual(["a", "c"]);
  writeGiven(multiple, null);
  expect(readGiven(multiple)).toBeNull();
  const truth = question("true_false", radios("radio", "true", "false"));
  writeGiven(truth, false);
  expect(readGiven(truth)).toBe(false);
});

test("a text, and nothing but spaces", () => {
  const text = question("text", '<input type="text" data-input>');
  writeGiven(text, "Athena");
  expect(readGiven(text)).toBe("Athena");
  writeGiven(text, "  ");
  expect(readGiven(text)).toBeNull();
});

test("what was answered before the script came is noticed", () => {
  const text = question("text", '<input type="text" value="Athena" data-input>');
  expect(isTouched(text)).toBe(false);
  writeGiven(text, "Hera");
  expect(isTouched(text)).toBe(true);
  const single = question(
    "single",
    `${radios("radio", "a")}<input type="radio" name="q" value="b" checked data-input>`,
  );
  expect(isTouched(single)).toBe(false);
  writeGiven(single, "a");
  expect(isTouched(single)).toBe(true);
});

test("an order", () => {
  const list = question(
    "ordering",
    '<ol data-order><li data-id="a"></li><li data-id="b"></li><li data-id="c"></li></ol>',
  );
  writeGiven(list, ["c", "a", "b"]);
  expect(readGiven(list)).toEqual(["c", "a", "b"]);
});
