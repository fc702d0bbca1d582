import type { Given } from "./config";

/** The answer that stands in a question of the page. */
export function readGiven(question: HTMLElement): Given {
  const inputs = [...question.querySelectorAll<HTMLInputElement>("[data-input]")];
  switch (kindOf(question)) {
    case "multiple":
      return emptyIsNone(inputs.filter(({ checked }) => checked).map(({ value }) => value));
    case "single":
      return inputs.find(({ checked }) => checked)?.value ?? null;
    case "true_false": {
      const chosen = inputs.find(({ checked }) => checked)?.value;
      return chosen === undefined ? null : chosen === "true";
    }
    case "ordering":
      return itemsOf(question).map((item) => item.dataset.id ?? "");
    default:
      return inputs[0]?.value.trim() ? inputs[0].value : null;
  }
}

/** Lets a question of the page show an answer. */
export function writeGiven(question: HTMLElement, given: Given): void {
  const inputs = [...question.querySelectorAll<HTMLInputElement>("[data-input]")];
  const chosen = Array.isArray(given) ? given : [String(given)];
  const list = question.querySelector("[data-order]");
  if (list && Array.isArray(given)) {
    const items = new Map(itemsOf(question).map((item) => [item.dataset.id, item]));
    list.append(...given.flatMap((id) => items.get(id) ?? []));
  }
  for (const input of inputs) {
    if (input.type === "text") input.value = typeof given === "string" ? given : "";
    else input.checked = chosen.includes(input.value);
  }
}

/** Whether its fields say something else than the page came with. */
export function isTouched(question: HTMLElement): boolean {
  return [...question.querySelectorAll<HTMLInputElement>("[data-input]")].some((input) =>
    input.type === "text" ? input.value !== input.defaultValue : input.checked !== input.defaultChecked,
  );
}

export function kindOf(question: HTMLElement): string {
  return question.querySelector<HTMLElement>("[data-kind]")?.dataset.kind ?? "";
}

export function itemsOf(question: ParentNode): HTMLElement[] {
  return [...question.querySelectorAll<HTMLElement>("[data-order] > [data-id]")];
}

function emptyIsNone(ids: string[]): string[] | null {
  return ids.length ? ids : null;
}
