// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { readGiven, writeGiven } from "./fields";

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

test("an order", () => {
  const list = question(
    "ordering",
    '<ol data-order><li data-id="a"></li><li data-id="b"></li><li data-id="c"></li></ol>',
  );
  writeGiven(list, ["c", "a", "b"]);
  expect(readGiven(list)).toEqual(["c", "a", "b"]);
});
