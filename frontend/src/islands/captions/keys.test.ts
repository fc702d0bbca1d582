// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { type Command, commandFor } from "./keys";

beforeEach(() => {
  document.body.innerHTML = `<textarea data-cue-text></textarea><input><button></button><dialog><p></p></dialog>`;
});

function press(key: string, where = "body", more: KeyboardEventInit = {}): Command | null {
  let command: Command | null = null;
  document.addEventListener("keydown", (event) => (command = commandFor(event)), { once: true });
  document.querySelector(where)?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
  return command;
}

test.each([
  [" ", { do: "toggle" }],
  ["ArrowLeft", { do: "skip", milliseconds: -1000 }],
  ["ArrowDown", { do: "step", by: 1 }],
  ["Enter", { do: "edit" }],
  ["N", { do: "add" }],
  ["i", { do: "start" }],
  ["Delete", { do: "remove" }],
])("%s works the editor", (key, command) => expect(press(key)).toEqual(command));

test("with Shift the steps are small", () => {
  expect(press("ArrowRight", "body", { shiftKey: true })).toEqual({ do: "skip", milliseconds: 100 });
});

test("in a text letters are letters", () => {
  expect(press("s", "textarea")).toBeNull();
  expect(press(" ", "textarea")).toBeNull();
  expect(press("Enter", "textarea", { shiftKey: true })).toBeNull();
  expect(press("z", "textarea", { ctrlKey: true })).toBeNull();
});

test("in a text Enter goes on to the next caption", () => {
  expect(press("Enter", "textarea")).toEqual({ do: "add" });
  expect(press("Enter", "textarea", { ctrlKey: true })).toEqual({ do: "split" });
  expect(press("Escape", "textarea")).toEqual({ do: "leave" });
});

test("Ctrl S saves from everywhere", () => {
  for (const where of ["body", "textarea", "input"]) {
    expect(press("s", where, { ctrlKey: true })).toEqual({ do: "save" });
  }
});

test("controls and dialogs keep their keys", () => {
  expect(press("Enter", "button")).toBeNull();
  expect(press(" ", "button")).toBeNull();
  expect(press("i", "input")).toBeNull();
  expect(press("Delete", "dialog p")).toBeNull();
});

test("what an input method composes is not for us", () => {
  expect(press("Enter", "textarea", { isComposing: true })).toBeNull();
});
