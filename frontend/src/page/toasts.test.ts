// @vitest-environment happy-dom
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../http";
import { startToasts, toast, toastProblem } from "./toasts";

const texts = () => [...document.querySelectorAll("[data-toast-text]")].map((text) => text.textContent);

beforeAll(startToasts);
beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = '<div id="toasts"></div>';
});
afterEach(() => vi.useRealTimers());

test("good news fades, a problem stays until it is dismissed", () => {
  toast("Saved.", "success");
  toastProblem(new Problem("Not saved", "Try again.", 500));
  vi.advanceTimersByTime(7_000);
  expect(texts()).toEqual(["Not saved. Try again."]);
  document.querySelector<HTMLElement>("[data-dismiss]")?.click();
  expect(texts()).toEqual([]);
});

test("the same words are not piled up", () => {
  toast("No connection", "error");
  toast("No connection", "error");
  expect(texts()).toHaveLength(1);
});

test("a fragment says one by its header", () => {
  document.dispatchEvent(new CustomEvent("toast", { detail: { text: "Moved.", tone: "info" } }));
  document.dispatchEvent(new CustomEvent("toast", { detail: { value: "Plain." } }));
  expect(texts()).toEqual(["Moved.", "Plain."]);
});

test("what a person wrote is shown as text, never as markup", () => {
  toast("<img src=x onerror=alert(1)>");
  expect(document.querySelector("#toasts img")).toBeNull();
});
