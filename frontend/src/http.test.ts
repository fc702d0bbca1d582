// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { csrfToken, OFFLINE, Problem, problemFrom, requestJson } from "./http";

afterEach(() => {
  vi.unstubAllGlobals();
  document.head.innerHTML = "";
  document.cookie = "csrftoken=; max-age=0";
});

test("a problem+json speaks for itself", () => {
  const problem = problemFrom(409, JSON.stringify({ title: "Code used", detail: "Ask your school for a new one." }));
  expect([problem.title, problem.detail, problem.status]).toEqual(["Code used", "Ask your school for a new one.", 409]);
});

test("so does a problem fragment", () => {
  const html = `<div data-problem="403"><p data-problem-title>Not allowed</p><p data-problem-detail>Ask the owner.</p></div>`;
  expect(problemFrom(403, html).detail).toBe("Ask the owner.");
});

test.each([401, 403, 404, 413, 418, 429, 500, 502])("a bare %d gets plain words", (status) => {
  expect(problemFrom(status, "<html>nginx</html>").title).not.toBe("");
});

test("the token comes from the cookie, else from the page", () => {
  document.head.innerHTML = `<meta name="csrf-token" content="page">`;
  expect(csrfToken()).toBe("page");
  document.cookie = "csrftoken=cookie";
  expect(csrfToken()).toBe("cookie");
});

test("a request carries the token and JSON", async () => {
  const fetched = vi.fn(async (_url: string, _init: RequestInit) => new Response('{"ok": true}'));
  vi.stubGlobal("fetch", fetched);
  expect(await requestJson("/x", { method: "POST", body: { a: 1 }, csrf: "token" })).toEqual({ ok: true });
  const init = fetched.mock.calls[0]?.[1];
  expect(init?.headers).toMatchObject({ "X-CSRFToken": "token", "Content-Type": "application/json" });
  expect(init?.body).toBe('{"a":1}');
});

test("a server that cannot be reached is a problem like any other", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  await expect(requestJson("/x")).rejects.toBe(OFFLINE);
});

test("a refusal is thrown as its problem", async () => {
  vi.stubGlobal(
    "fetch",
    async () => new Response('{"title": "Too large", "detail": "At most 20 GB."}', { status: 413 }),
  );
  await expect(requestJson("/x")).rejects.toEqual(new Problem("Too large", "At most 20 GB.", 413));
});
