import type { Editor } from "@tiptap/core";
import { element } from "../../element";
import { icon } from "../../icon";

interface Tool {
  label: string;
  icon: string;
  use: (editor: Editor) => void;
  /** Whether it is on where the cursor stands. */
  isOn?: (editor: Editor) => boolean;
}

export interface Asks {
  link: () => void;
  picture: () => void;
}

/** What can be done to a text, as buttons that tell what is on where the cursor stands; arrow keys go along them. */
export class Toolbar {
  readonly root = element("div", { class: "text-tools", role: "toolbar", "aria-label": "Format" });
  #buttons: { tool: Tool; button: HTMLButtonElement }[];

  constructor(
    private readonly editor: Editor,
    asks: Asks,
  ) {
    this.#buttons = tools(asks).map((tool) => {
      const button = element("button", {
        type: "button",
        class: "btn btn-ghost btn-sm btn-square",
        "aria-label": tool.label,
        title: tool.label,
      });
      button.append(icon(tool.icon));
      button.addEventListener("click", () => tool.use(editor));
      return { tool, button };
    });
    this.root.append(...this.#buttons.map(({ button }) => button));
    this.root.addEventListener("keydown", (event) => this.#along(event));
    editor.on("transaction", () => this.show());
    this.show();
  }

  show(): void {
    for (const { tool, button } of this.#buttons) {
      if (tool.isOn) button.setAttribute("aria-pressed", String(tool.isOn(this.editor)));
    }
    const all = this.#buttons.map(({ button }) => button);
    if (!all.some((button) => button.tabIndex === 0 && button === document.activeElement)) {
      for (const [place, button] of all.entries()) button.tabIndex = place === 0 ? 0 : -1;
    }
  }

  #along(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const all = this.#buttons.map(({ button }) => button);
    const place = all.indexOf(event.target as HTMLButtonElement);
    if (!step || place < 0) return;
    event.preventDefault();
    const next = all[(place + step + all.length) % all.length];
    for (const button of all) button.tabIndex = button === next ? 0 : -1;
    next?.focus();
  }
}

function tools({ link, picture }: Asks): Tool[] {
  return [
    {
      label: "Heading",
      icon: "heading-2",
      use: (editor) => editor.chain().focus().toggleHeading({ level: 2 }).run(),
      isOn: (editor) => editor.isActive("heading", { level: 2 }),
    },
    {
      label: "Small heading",
      icon: "heading-3",
      use: (editor) => editor.chain().focus().toggleHeading({ level: 3 }).run(),
      isOn: (editor) => editor.isActive("heading", { level: 3 }),
    },
    {
      label: "Bold",
      icon: "bold",
      use: (editor) => editor.chain().focus().toggleBold().run(),
      isOn: (editor) => editor.isActive("bold"),
    },
    {
      label: "Italic",
      icon: "italic",
      use: (editor) => editor.chain().focus().toggleItalic().run(),
      isOn: (editor) => editor.isActive("italic"),
    },
    { label: "Link", icon: "link", use: link, isOn: (editor) => editor.isActive("link") },
    {
      label: "List",
      icon: "list",
      use: (editor) => editor.chain().focus().toggleBulletList().run(),
      isOn: (editor) => editor.isActive("bulletList"),
    },
    {
      label: "Numbered list",
      icon: "list-ordered",
      use: (editor) => editor.chain().focus().toggleOrderedList().run(),
      isOn: (editor) => editor.isActive("orderedList"),
    },
    {
      label: "Quotation",
      icon: "quote",
      use: (editor) => editor.chain().focus().toggleBlockquote().run(),
      isOn: (editor) => editor.isActive("blockquote"),
    },
    {
      label: "Code",
      icon: "code",
      use: (editor) => editor.chain().focus().toggleCodeBlock().run(),
      isOn: (editor) => editor.isActive("codeBlock"),
    },
    { label: "Picture", icon: "image", use: picture },
    { label: "Undo", icon: "undo-2", use: (editor) => editor.chain().focus().undo().run() },
    { label: "Redo", icon: "redo-2", use: (editor) => editor.chain().focus().redo().run() },
  ];
}
