// @vitest-environment happy-dom
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { startConfirm } from "./confirm";

beforeAll(startConfirm);
beforeEach(() => {
  document.body.innerHTML = `
    <dialog id="confirm-dialog"><p id="confirm-text"></p><button value=""></button><button value="yes"></button></dialog>
    <form id="form" data-confirm="Delete the course “Greek”?" data-confirm-label="Delete course"><button></button></form>
    <button id="button" data-confirm="Revoke 3 codes?"></button>`;
});

const dialog = () => document.getElementById("confirm-dialog") as HTMLDialogElement;
const answer = (value: string) => dialog().close(value);
const tick = () => new Promise((resolve) => setTimeout(resolve));

test("a form waits for a yes, and the dialog names what goes", async () => {
  const submitted = vi.fn((event: Event) => event.preventDefault());
  const form = document.getElementById("form") as HTMLFormElement;
  form.addEventListener("submit", submitted);
  form.requestSubmit();
  expect(dialog().open).toBe(true);
  expect(dialog().textContent).toContain("Delete the course “Greek”?");
  expect(dialog().querySelector('[value="yes"]')?.textContent).toBe("Delete course");
  expect(submitted).not.toHaveBeenCalled();
  answer("yes");
  await tick();
  expect(submitted).toHaveBeenCalledTimes(1);
});

test("a no leaves everything as it was", async () => {
  const clicked = vi.fn();
  const button = document.getElementById("button") as HTMLButtonElement;
  button.addEventListener("click", clicked);
  button.click();
  answer("");
  await tick();
  expect(clicked).not.toHaveBeenCalled();
});

test("the next click asks again", async () => {
  const clicked = vi.fn();
  const button = document.getElementById("button") as HTMLButtonElement;
  button.addEventListener("click", clicked);
  button.click();
  answer("yes");
  await tick();
  button.click();
  expect(clicked).toHaveBeenCalledTimes(1);
  expect(dialog().open).toBe(true);
});

test("htmx asks with the same dialog", async () => {
  const [issueRequest, dropRequest] = [vi.fn(), vi.fn()];
  const button = document.getElementById("button") as HTMLButtonElement;
  const ask = () => {
    const detail = { ctx: { confirm: "Sure?", sourceElement: button }, issueRequest, dropRequest };
    button.dispatchEvent(new CustomEvent("htmx:confirm", { bubbles: true, cancelable: true, detail }));
  };
  ask();
  answer("yes");
  await tick();
  ask();
  answer("");
  await tick();
  expect([issueRequest.mock.calls.length, dropRequest.mock.calls.length]).toEqual([1, 1]);
});
