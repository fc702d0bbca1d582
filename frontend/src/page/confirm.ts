/** Asks before something goes. `text` names what; resolves to whether the person said yes. */
export function confirmed(text: string, label = "Delete", tone = "danger"): Promise<boolean> {
  const dialog = document.getElementById("confirm-dialog") as HTMLDialogElement | null;
  if (!dialog) return Promise.resolve(window.confirm(text));
  const words = dialog.querySelector("#confirm-text");
  const yes = dialog.querySelector<HTMLButtonElement>('button[value="yes"]');
  if (words) words.textContent = text;
  if (yes) {
    yes.textContent = label;
    yes.className = `btn btn-${tone}`;
  }
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

const answered = new WeakSet<Element>();

/** Holds back clicks and submissions of [data-confirm] until the person has said yes. */
export function startConfirm(): void {
  document.addEventListener(
    "click",
    (event) => {
      const target = (event.target as Element).closest<HTMLElement>("[data-confirm]:not(form)");
      if (target) hold(event, target, () => target.click());
    },
    true,
  );
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      const submitter = event.submitter as HTMLElement | null;
      if (form.matches("[data-confirm]")) hold(event, form, () => form.requestSubmit(submitter));
    },
    true,
  );
  // htmx's own attribute asks with the same dialog.
  document.addEventListener("htmx:confirm", (event) => {
    const detail = (event as unknown as CustomEvent<ConfirmDetail>).detail;
    event.preventDefault();
    const label = detail.ctx.sourceElement.dataset.confirmLabel;
    void confirmed(detail.ctx.confirm, label).then((yes) => (yes ? detail.issueRequest() : detail.dropRequest()));
  });
}

interface ConfirmDetail {
  ctx: { confirm: string; sourceElement: HTMLElement };
  issueRequest: () => void;
  dropRequest: () => void;
}

function hold(event: Event, target: HTMLElement, repeat: () => void): void {
  if (answered.delete(target)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { confirm = "", confirmLabel, confirmTone } = target.dataset;
  void confirmed(confirm, confirmLabel, confirmTone).then((yes) => {
    if (!yes) return;
    answered.add(target);
    repeat();
  });
}
