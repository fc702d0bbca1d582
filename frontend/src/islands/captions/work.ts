import { type Cue, inOrder, isImpossible, merged, newCue, SHORTEST, split } from "./cues";

interface Kept {
  cues: Cue[];
  selected: number;
}

const UNDOS = 200;

/**
 * The captions in one language while they are worked on. Tells "cues" when there are others or their times have
 * changed, "text" when words have, "select" when another is chosen. Times are milliseconds.
 */
export class Work extends EventTarget {
  cues: Cue[] = [];
  selected = -1;
  /** Changed since the last save. */
  dirty = false;
  #undo: Kept[] = [];
  #typing = -1;

  constructor(
    readonly language: string,
    public label: string,
    /** What the server has and these are a change of; null: none. */
    public version: number | null,
    readonly duration: number,
  ) {
    super();
  }

  get current(): Cue | undefined {
    return this.cues[this.selected];
  }

  get canUndo(): boolean {
    return this.#undo.length > 0;
  }

  /** Other captions altogether, as from the server. With `undoable` the person can have theirs back. */
  load(cues: readonly Cue[], version: number | null, { undoable = false } = {}): void {
    if (undoable) this.#keep();
    else this.#undo = [];
    this.#typing = -1;
    this.cues = inOrder(cues);
    this.version = version;
    this.selected = this.cues.length ? Math.max(0, Math.min(this.selected, this.cues.length - 1)) : -1;
    this.dirty = false;
    this.#tell("cues");
  }

  saved(version: number): void {
    this.version = version;
    this.dirty = false;
  }

  select(index: number): void {
    if (index === this.selected || index < -1 || index >= this.cues.length) return;
    this.selected = index;
    this.#typing = -1;
    this.#tell("select");
  }

  type(index: number, text: string): void {
    const cue = this.cues[index];
    if (!cue || cue.text === text) return;
    if (this.#typing !== index) this.#keep(); // a text typed in one go is one step back
    this.#typing = index;
    this.cues[index] = { ...cue, text };
    this.#changed("text");
  }

  /** A new begin or end. Whoever drags says `going` until the last. */
  time(index: number, start: number, end: number, { going = false } = {}): void {
    const cue = this.cues[index];
    if (!cue || (cue.start === start && cue.end === end)) return;
    if (!going || this.#typing !== -2) this.#keep();
    this.#typing = going ? -2 : -1;
    const moved = { ...cue, start, end };
    this.cues[index] = moved;
    if (!going) this.#settle(moved);
    this.#changed("cues");
  }

  /** The end of a drag: from here on it is one step back. */
  settle(): void {
    this.#typing = -1;
    const cue = this.current;
    if (cue) this.#settle(cue);
    this.#tell("cues");
  }

  /** A new cue from `time` on; false where there is no room. */
  add(time: number): boolean {
    const made = newCue(this.cues, time, this.duration);
    if (!made) return false;
    this.#replace([...this.cues, made], made);
    return true;
  }

  split(at: number, time: number | null): boolean {
    const cue = this.current;
    const halves = cue && split(cue, at, time);
    if (!halves) return false;
    this.#replace([...this.cues.filter((each) => each !== cue), ...halves], halves[1]);
    return true;
  }

  merge(): boolean {
    const [first, second] = [this.current, this.cues[this.selected + 1]];
    if (!first || !second) return false;
    const one = merged(first, second);
    this.#replace([...this.cues.filter((each) => each !== first && each !== second), one], one);
    return true;
  }

  remove(): void {
    const cue = this.current;
    if (!cue) return;
    const next = this.cues[this.selected + 1] ?? this.cues[this.selected - 1];
    this.#replace(
      this.cues.filter((each) => each !== cue),
      next,
    );
  }

  /** Lets the chosen one begin, or end, at `time`; the other side gives way where it has to. */
  set(side: "start" | "end", time: number): void {
    const cue = this.current;
    if (!cue) return;
    if (side === "start") this.time(this.selected, time, Math.max(cue.end, time + SHORTEST));
    else this.time(this.selected, Math.max(0, Math.min(cue.start, time - SHORTEST)), Math.max(time, SHORTEST));
  }

  undo(): void {
    const kept = this.#undo.pop();
    if (!kept) return;
    this.#typing = -1;
    this.cues = kept.cues;
    this.selected = kept.selected;
    this.#changed("cues");
  }

  /** The first that cannot be saved, or -1. */
  get impossible(): number {
    return this.cues.findIndex(isImpossible);
  }

  #replace(cues: Cue[], chosen: Cue | undefined): void {
    this.#keep();
    this.#typing = -1;
    this.cues = inOrder(cues);
    this.selected = chosen ? this.cues.indexOf(chosen) : -1;
    this.#changed("cues");
  }

  #settle(cue: Cue): void {
    const chosen = this.current;
    this.cues = inOrder(this.cues);
    this.selected = this.cues.indexOf(chosen ?? cue);
  }

  #keep(): void {
    this.#undo.push({ cues: [...this.cues], selected: this.selected });
    if (this.#undo.length > UNDOS) this.#undo.shift();
  }

  #changed(what: "cues" | "text"): void {
    this.dirty = true;
    this.#tell(what);
  }

  #tell(what: string): void {
    this.dispatchEvent(new Event(what));
  }
}
