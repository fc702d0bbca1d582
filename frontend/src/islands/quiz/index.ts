import Sortable from "sortablejs";
import { element } from "../../element";
import { Problem, requestJson } from "../../http";
import { icon } from "../../icon";
import { toastProblem } from "../../page/toasts";
import { configOf } from "..";
import { keyTarget, moved } from "../sortable/order";
import { Answers, type Outcome } from "./answers";
import { announcement, timeLeft } from "./clock";
import type { Given, QuizConfig } from "./config";
import { isTouched, itemsOf, kindOf, readGiven, writeGiven } from "./fields";
import { answersMemory, placeName } from "./memory";
import { putAnswer } from "./server";

const TYPING_PAUSE = 600; // milliseconds without a key before a text is sent

/** An attempt being answered: every answer is kept at once, the clock is the server's, one tab answers at a time. */
export function mount(root: HTMLElement): () => void {
  const quiz = new Quiz(root, configOf<QuizConfig>(root));
  return () => quiz.end();
}

class Quiz {
  #place = placeName();
  #answers: Answers;
  #leave = new AbortController();
  #drags: Sortable[] = [];
  #says = element("div", { class: "sr-only", "aria-live": "assertive" });
  #tick: ReturnType<typeof setInterval> | undefined;
  #isLeaving = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly config: QuizConfig,
  ) {
    const memory = answersMemory<{ given: Given; revision: number }>(config.viewer, config.attempt_id);
    this.#answers = new Answers(config.revisions, (...answer) => this.#send(...answer), memory, {
      changed: () => this.#showSaved(),
      replaced: (id, given, detail) => this.#replace(id, given, detail),
      stopped: (outcome) => this.#stop(outcome),
    });
    document.body.append(this.#says);
    for (const list of root.querySelectorAll<HTMLElement>("[data-order]")) this.#sortable(list);
    this.#listen();
    this.#takeUp();
    void this.#takePlace();
    if (config.seconds_left !== null) this.#startClock(config.seconds_left);
  }

  end(): void {
    this.#leave.abort();
    this.#answers.stop();
    clearInterval(this.#tick);
    for (const drag of this.#drags) drag.destroy();
    this.#says.remove();
  }

  /** What was answered while this script was on its way, and what this browser had not sent when it was closed. */
  #takeUp(): void {
    const early = this.#questions().filter((question) => isTouched(question));
    for (const [id, { given }] of Object.entries(this.#answers.waiting)) {
      const question = this.#question(id);
      if (question) writeGiven(question, given);
    }
    for (const question of early) this.#give(question);
    if (!this.#answers.isSaved) void this.#answers.flush();
    this.#count();
  }

  #listen(): void {
    const { signal } = this.#leave;
    this.root.addEventListener("input", (event) => this.#given(event.target as HTMLElement, TYPING_PAUSE), { signal });
    this.root.addEventListener("change", (event) => this.#given(event.target as HTMLElement, 0), { signal });
    this.root.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.root.addEventListener(
      "click",
      (event) => {
        const check = (event.target as Element).closest<HTMLButtonElement>("[data-check]");
        if (check) void this.#check(check);
      },
      { signal },
    );
    const form = this.root.querySelector<HTMLFormElement>("[data-quiz-completion]");
    form?.addEventListener("submit", (event) => void this.#handIn(event), { signal });
    window.addEventListener("online", () => void this.#answers.flush(), { signal });
    window.addEventListener("pagehide", () => this.#lastWords(), { signal });
    document.addEventListener("visibilitychange", () => this.#seen(), { signal });
  }

  #send(id: string, given: Given, revision: number, keepalive = false): Promise<Outcome> {
    const body = { given, revision, place: this.#place };
    return putAnswer(`${this.config.answers_url}${id}/`, body, this.config.csrf_token, keepalive);
  }

  #lastWords(): void {
    for (const [id, { given }] of Object.entries(this.#answers.waiting)) {
      void this.#send(id, given, this.config.revisions[id] ?? 0, true);
    }
  }

  #seen(): void {
    if (document.visibilityState === "hidden") this.#lastWords();
  }

  async #takePlace(): Promise<void> {
    try {
      const { elsewhere } = await requestJson<{ elsewhere: boolean }>(this.config.place_url, {
        method: "POST",
        body: { place: this.#place },
        csrf: this.config.csrf_token,
      });
      if (elsewhere) {
        this.#notice("This attempt is open in another tab or on another device, too. You answer here from now on.");
      }
    } catch (error) {
      if (error instanceof Problem && error.status >= 400 && error.status < 500) toastProblem(error);
    }
  }

  // --- Answering ---

  #given(input: HTMLElement, after: number): void {
    const question = input.closest<HTMLElement>("[data-answer]");
    if (!question || !input.matches("[data-input]")) return;
    this.#give(question, input.matches('[type="text"]') ? after : 0);
  }

  #give(question: HTMLElement, after = 0): void {
    this.#note(question, "");
    this.#answers.give(question.dataset.answer ?? "", readGiven(question), after);
    question.dataset.touched = "";
    this.#count();
  }

  #sortable(list: HTMLElement): void {
    const question = list.closest<HTMLElement>("[data-answer]");
    if (!question) return;
    const drag = Sortable.create(list, {
      handle: "[data-handle]",
      draggable: "[data-id]",
      animation: 150,
      ghostClass: "sortable-ghost",
      dragClass: "sortable-drag",
      onEnd: () => this.#give(question),
    });
    this.#drags.push(drag);
  }

  #key(event: KeyboardEvent): void {
    const handle = (event.target as Element).closest<HTMLElement>("[data-order] [data-handle]");
    const question = handle?.closest<HTMLElement>("[data-answer]");
    const item = handle?.closest<HTMLElement>("[data-id]");
    if (!handle || !question || !item) return;
    const items = itemsOf(question);
    const target = keyTarget(event.key, items.indexOf(item), items.length);
    if (target === null) return;
    event.preventDefault();
    item.parentElement?.append(...moved(items, items.indexOf(item), target));
    handle.focus();
    this.#says.textContent = `${item.dataset.name}: position ${target + 1} of ${items.length}`;
    this.#give(question);
  }

  async #check(button: HTMLButtonElement): Promise<void> {
    const question = button.closest<HTMLElement>("[data-answer]");
    const id = question?.dataset.answer;
    if (!question || !id) return;
    button.disabled = true;
    if (kindOf(question) === "ordering" && question.dataset.touched === undefined) this.#give(question);
    await this.#answers.flushOne(id);
    try {
      const { html } = await requestJson<{ html: string }>(`${this.config.answers_url}${id}/feedback/`, {
        method: "POST",
        body: { place: this.#place },
        csrf: this.config.csrf_token,
      });
      question.innerHTML = html;
      question.tabIndex = -1;
      question.focus();
    } catch (error) {
      button.disabled = false;
      if (error instanceof Problem) this.#note(question, error.detail || error.title);
    }
  }

  async #handIn(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    await this.#answers.flush();
    if (!this.#answers.isSaved) {
      this.#notice("Some answers could not be saved yet. Look after your connection, and hand in again.", "error");
      return;
    }
    this.#isLeaving = true;
    form.submit();
  }

  // --- What is shown ---

  #question(id: string): HTMLElement | null {
    return this.root.querySelector<HTMLElement>(`[data-answer="${CSS.escape(id)}"]`);
  }

  #questions(): HTMLElement[] {
    return [...this.root.querySelectorAll<HTMLElement>("[data-answer]")];
  }

  #count(): void {
    const questions = this.#questions();
    const given = questions.filter((question) => this.#isAnswered(question)).length;
    const count = this.root.querySelector("[data-quiz-count]");
    if (count) count.textContent = String(given);
    const form = this.root.querySelector<HTMLElement>("[data-quiz-completion]");
    const open = questions.length - given;
    if (form && open) {
      form.dataset.confirm = `${open === 1 ? "1 question is" : `${open} questions are`} not answered. Hand in anyway?`;
      form.dataset.confirmLabel = "Hand in";
      form.dataset.confirmTone = "primary";
    } else if (form) {
      delete form.dataset.confirm;
    }
  }

  #isAnswered(question: HTMLElement): boolean {
    if (question.querySelector("[data-testid=verdict]")) return true;
    if (kindOf(question) !== "ordering") return readGiven(question) !== null;
    return question.dataset.touched !== undefined || (this.config.revisions[question.dataset.answer ?? ""] ?? 0) > 0;
  }

  #showSaved(): void {
    const said = this.root.querySelector<HTMLElement>("[data-quiz-saved]");
    if (!said) return;
    said.dataset.state = this.#answers.isSaved ? "saved" : this.#answers.isUnheard ? "unheard" : "saving";
    said.textContent = this.#answers.isSaved
      ? "All answers are saved"
      : this.#answers.isUnheard
        ? "No connection: your answers are kept here and sent as soon as there is one"
        : "Saving …";
  }

  #replace(id: string, given: Given, detail: string): void {
    const question = this.#question(id);
    if (!question) return;
    writeGiven(question, given);
    this.#note(question, detail);
    this.#count();
  }

  #note(question: HTMLElement, text: string): void {
    const note = question.querySelector("[data-answer-note]");
    if (note) note.textContent = text;
  }

  #stop(outcome: Outcome): void {
    if (outcome.kind === "over" && !this.#isLeaving) location.reload();
    if (outcome.kind === "refused") toastProblem(new Problem("That answer was not saved", outcome.detail, 0));
    if (outcome.kind !== "elsewhere") return;
    this.root.querySelector("[data-quiz-questions]")?.setAttribute("inert", "");
    this.root.querySelector("[data-quiz-completion]")?.setAttribute("inert", "");
    const here = element(
      "button",
      { type: "button", class: "btn btn-primary btn-sm", "data-testid": "continue-here" },
      "Continue here",
    );
    here.addEventListener("click", () => location.reload());
    this.#notice(outcome.detail, "warning", here);
  }

  #notice(text: string, tone = "info", action?: HTMLElement): void {
    const notice = element(
      "div",
      { class: `notice tone-${tone}`, role: "alert", "data-testid": "quiz-notice" },
      icon(tone === "info" ? "info" : "triangle-alert"),
      element("p", { class: "min-w-0 flex-1" }, text),
      ...(action ? [action] : []),
    );
    this.root.querySelector("[data-quiz-notice]")?.replaceChildren(notice);
    notice.scrollIntoView({ block: "nearest" });
  }

  // --- The clock ---

  #startClock(seconds: number): void {
    const end = Date.now() + seconds * 1000; // not performance.now(): that one stands still while a laptop sleeps
    let before = seconds;
    const show = () => {
      const left = (end - Date.now()) / 1000;
      const words = this.root.querySelector("[data-quiz-time]");
      if (words) words.textContent = timeLeft(left);
      this.root.querySelector("[data-quiz-clock]")?.toggleAttribute("data-short", left <= 60);
      const aloud = announcement(before, left);
      if (aloud) this.#says.textContent = aloud;
      before = left;
      if (left <= 0) void this.#timeIsUp();
    };
    show();
    this.#tick = setInterval(show, 500);
  }

  async #timeIsUp(): Promise<void> {
    clearInterval(this.#tick);
    this.root.querySelector("[data-quiz-questions]")?.setAttribute("inert", "");
    await this.#answers.flush();
    this.#isLeaving = true;
    this.root.querySelector<HTMLFormElement>("[data-quiz-completion]")?.submit();
  }
}
