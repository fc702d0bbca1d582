import { choices, keep } from "./memory";

/** The player over the whole width of the page, with its outline below; remembered for the next lecture. */
export class Theatre {
  #on = choices().theatre;

  constructor(
    private readonly root: HTMLElement,
    signal: AbortSignal,
  ) {
    this.root.querySelector("[data-theatre]")?.addEventListener("click", () => this.turn(), { signal });
    this.#show();
  }

  turn(): void {
    this.#on = !this.#on;
    keep({ theatre: this.#on });
    this.#show();
  }

  #show(): void {
    this.root.closest(".lecture")?.toggleAttribute("data-theatre", this.#on);
    this.root.querySelector("[data-theatre]")?.setAttribute("aria-pressed", String(this.#on));
  }
}
