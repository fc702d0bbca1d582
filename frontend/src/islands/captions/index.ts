import "./captions.css";
import { element } from "../../element";
import { Problem } from "../../http";
import { confirmed } from "../../page/confirm";
import { toast } from "../../page/toasts";
import { configOf } from "..";
import { askForLanguage } from "./adding";
import type { Document, EditorConfig, Summary } from "./config";
import { cueAt } from "./cues";
import { Drafts } from "./draft";
import { button, Frame } from "./frame";
import { type Command, commandFor } from "./keys";
import { CueList } from "./list";
import { Server } from "./server";
import { Stage } from "./stage";
import { Timeline } from "./timeline";
import { Waveform } from "./waveform";
import { Work } from "./work";

const KEEP_AFTER_MS = 400;
const ASK_EVERY_MS = 1500;

/**
 * Writes a video's captions. The root tells in data-state whether all is `saved`, something is `changed`, `saving`, or
 * could not be saved (`failed`): what was typed is then kept in this browser, and saved when the connection is back.
 */
export function mount(root: HTMLElement): () => void {
  const editor = new Editor(root, configOf<EditorConfig>(root));
  return () => editor.end();
}

class Editor {
  #leave = new AbortController();
  #server: Server;
  #drafts: Drafts;
  #stage: Stage;
  #wave: Waveform | null;
  #timeline: Timeline;
  #list: CueList;
  #frame: Frame;
  #languages: Summary[];
  #work: Work | null = null;
  #keeping: ReturnType<typeof setTimeout> | undefined;
  #frameRequest = 0;
  #asking: ReturnType<typeof setTimeout> | undefined;
  #saving = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly config: EditorConfig,
  ) {
    const { signal } = this.#leave;
    const seek = (time: number) => this.#stage.seek(time);
    this.#server = new Server(config);
    this.#drafts = new Drafts(`${config.viewer}:${config.video_id}`);
    this.#languages = config.captions;
    this.#stage = new Stage(config);
    this.#wave = config.has_audio ? new Waveform(() => this.#timeline.draw()) : null;
    this.#timeline = new Timeline(this.#duration, this.#wave, seek, signal);
    this.#list = new CueList((command) => this.#do(command), seek, signal);
    this.#frame = new Frame(root, this.#stage.root, this.#timeline.root, this.#list.root);
    this.#listen(signal);
    this.#wave?.open(config.src).catch(() => {}); // the timeline does without
    this.#begin();
  }

  end(): void {
    this.#keep();
    cancelAnimationFrame(this.#frameRequest);
    clearTimeout(this.#asking);
    this.#leave.abort();
    this.#wave?.end();
    this.#stage.end();
  }

  get #duration(): number {
    return Math.round((this.config.duration ?? 0) * 1000);
  }

  #begin(): void {
    for (const language of this.#drafts.languages) {
      const draft = this.#drafts.of(language);
      if (draft && draft.version === null && !this.#known(language))
        this.#languages.push(unsaved(language, draft.label));
    }
    const asked = location.hash.slice(1);
    const first = this.#known(asked) ?? this.#languages[0];
    this.#tabs();
    if (first) void this.#open(first.language);
    else this.#frame.working(false);
  }

  #listen(signal: AbortSignal): void {
    const { video } = this.#stage;
    const follow = () => this.#follow();
    for (const name of ["timeupdate", "seeking", "seeked", "loadedmetadata"])
      video.addEventListener(name, follow, { signal });
    video.addEventListener("playing", () => this.#run(), { signal });
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    window.addEventListener("online", () => this.root.dataset.state === "failed" && void this.#save(), { signal });
    window.addEventListener("pagehide", () => this.#keep(), { signal });
    window.addEventListener(
      "beforeunload",
      (event) => {
        this.#keep();
        if (this.#work?.dirty) event.preventDefault();
      },
      { signal },
    );
    const on = (target: HTMLElement, act: () => void) => target.addEventListener("click", act, { signal });
    on(this.#frame.save, () => void this.#save());
    on(this.#frame.undo, () => this.#do({ do: "undo" }));
    on(this.#frame.add, () => this.#do({ do: "add" }));
    on(this.#frame.first, () => void this.#add());
    on(this.#frame.upload, () => void this.#replace());
    on(this.#frame.remove, () => void this.#remove());
    this.#frame.label.addEventListener("input", () => this.#relabel(), { signal });
  }

  // --- Languages

  #known(language: string): Summary | undefined {
    return this.#languages.find((each) => each.language === language);
  }

  #tabs(open = this.#work?.language): void {
    const tabs = this.#languages.map((each) => {
      const chosen = each.language === open;
      const made = element(
        "button",
        { type: "button", class: "tab-link", "aria-pressed": String(chosen), "data-language": each.language },
        each.label,
      );
      if (each.is_draft) made.append(" ", element("span", { class: "badge-tone tone-warning" }, "Draft"));
      made.addEventListener("click", () => void this.#open(each.language));
      return made;
    });
    const add = button("Add a language", "btn-ghost", "plus", "add-captions");
    add.addEventListener("click", () => void this.#add());
    this.#frame.tabs.replaceChildren(...tabs, ...(this.#languages.length ? [add] : []));
  }

  async #open(language: string): Promise<void> {
    if (this.#work?.language === language) return;
    this.#keep();
    const known = this.#known(language);
    clearTimeout(this.#asking);
    if (known && known.progress !== null) return this.#listening(known);
    const work = new Work(language, known?.label ?? language, null, this.#duration);
    if (known && known.version > 0) {
      const found = await this.#attempt(this.#server.load(language));
      if (!found) return;
      work.load(found.cues, found.version);
      this.#use(work);
      if (found.is_draft) this.#readOver(work);
    } else {
      this.#use(work);
    }
    this.#restore(work);
  }

  #use(work: Work): void {
    this.#work = work;
    const { signal } = this.#leave;
    work.addEventListener("cues", () => this.#changed(() => this.#list.refresh(work)), { signal });
    work.addEventListener("text", () => this.#changed(() => {}), { signal });
    work.addEventListener("select", () => this.#selected(), { signal });
    this.#frame.silence();
    this.#frame.working(true);
    this.#frame.label.value = work.label;
    this.#tabs();
    this.#list.show(work);
    this.#timeline.show(work);
    this.#links();
    this.#tell();
    this.#follow();
    history.replaceState(null, "", `#${work.language}`);
  }

  /** A draft can be saved as it is: by that somebody answers for it. */
  #readOver(work: Work): void {
    work.dirty = true;
    this.#tell();
    const text = "This is a draft that a computer has made. Read it over and save it: viewers get it then.";
    this.#frame.note(text, "warning");
  }

  /** What was typed here before and never saved. */
  #restore(work: Work): void {
    const draft = this.#drafts.of(work.language);
    if (!draft) return;
    const base = work.version;
    work.load(draft.cues, base, { undoable: base !== null });
    work.version = draft.version; // an older one: whoever has saved since is told of, and can be looked at
    work.label = draft.label || work.label;
    work.dirty = true;
    this.#frame.label.value = work.label;
    this.#tell();
    const drop = button("Drop it", "btn-quiet", "trash-2", "drop-draft");
    drop.addEventListener("click", () => void this.#drop(work));
    const when = new Date(draft.at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
    this.#frame.note(`What you typed and did not save (${when}) is back.`, "info", drop);
  }

  async #drop(work: Work): Promise<void> {
    this.#drafts.forget(work.language);
    work.dirty = false;
    this.#work = null;
    if (this.#known(work.language)?.version) await this.#open(work.language);
    else this.#forget(work.language);
  }

  async #add(): Promise<void> {
    const wanted = await askForLanguage(this.config.languages, this.#languages, this.config);
    if (!wanted) return;
    if (this.#known(wanted.language)) {
      await this.#open(wanted.language);
    } else if (wanted.from === "file") {
      if (wanted.file) await this.#upload(wanted.file, wanted.language, null);
    } else if (wanted.from === "computer") {
      const begun = await this.#attempt(this.#server.listen(wanted.language));
      if (!begun) return;
      this.#learn(begun);
      await this.#open(begun.language);
    } else {
      await this.#write(wanted.language, wanted.from);
    }
  }

  /** While a computer listens: how far it is; then its draft, or why there is none. */
  #listening(found: Summary): void {
    this.#work = null;
    this.#frame.silence();
    this.#frame.working(false);
    this.#frame.hearing(found.progress ?? 0);
    this.#tabs(found.language);
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => void this.#ask(found.language), ASK_EVERY_MS);
  }

  async #ask(language: string): Promise<void> {
    if (this.#work || this.#leave.signal.aborted) return; // another language has been opened
    try {
      const found = await this.#server.load(language);
      this.#learn(found);
      if (found.progress !== null) this.#listening(found);
      else await this.#open(language);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status !== 404) {
        this.#asking = setTimeout(() => void this.#ask(language), ASK_EVERY_MS * 3);
        return;
      }
      this.#forget(language);
      toast(error.detail, "error");
    }
  }

  async #write(language: string, from: string): Promise<void> {
    const name = this.config.languages.find(([tag]) => tag === language)?.[1] ?? language;
    let cues: Document["cues"] = [];
    if (from !== "nothing") {
      const other = this.#work?.language === from ? this.#work : await this.#attempt(this.#server.load(from));
      if (!other) return;
      cues = [...other.cues];
    }
    this.#keep();
    this.#languages.push(unsaved(language, name));
    const work = new Work(language, "", null, this.#duration); // the server knows what its speakers call it
    work.load(cues, null);
    this.#use(work);
    if (cues.length) this.#changed(() => {});
    else this.#do({ do: "add" });
  }

  async #replace(): Promise<void> {
    const work = this.#work;
    if (!work) return;
    const file = await chosenFile();
    if (!file) return;
    const count = work.cues.length === 1 ? "The one caption" : `All ${work.cues.length} captions`;
    const text = `${count} in ${work.label || work.language} will go, and those of “${file.name}” take their place.`;
    if (work.cues.length && !(await confirmed(text, "Replace"))) return;
    await this.#upload(file, work.language, work.version);
  }

  async #upload(file: File, language: string, version: number | null): Promise<void> {
    const found = await this.#attempt(this.#server.upload(file, language, version));
    if (!found) return;
    this.#drafts.forget(found.language);
    if (this.#work?.language === found.language) this.#work = null;
    this.#learn(found);
    const work = new Work(found.language, found.label, null, this.#duration);
    work.load(found.cues, found.version);
    this.#use(work);
    this.#doubt(found);
    toast(`${found.cue_count} captions in ${found.label} are there.`, "success");
  }

  async #remove(): Promise<void> {
    const work = this.#work;
    if (!work) return;
    const called = work.label || work.language;
    if (!(await confirmed(`Delete the captions in ${called}? Viewers lose them, and the transcript in that language.`)))
      return;
    if (work.version !== null && (await this.#attempt(this.#server.remove(work.language).then(() => true))) === null)
      return;
    this.#drafts.forget(work.language);
    work.dirty = false;
    this.#forget(work.language);
    toast(`The captions in ${called} are deleted.`, "success");
  }

  #forget(language: string): void {
    this.#languages = this.#languages.filter((each) => each.language !== language);
    this.#work = null;
    const next = this.#languages[0];
    this.#tabs();
    if (next) {
      void this.#open(next.language);
      return;
    }
    this.#frame.silence();
    this.#frame.working(false);
    this.#list.root.replaceChildren();
    this.#timeline.show(new Work("", "", null, this.#duration));
    this.#stage.caption("");
    history.replaceState(null, "", location.pathname);
  }

  #learn(found: Summary): void {
    const at = this.#languages.findIndex((each) => each.language === found.language);
    if (at < 0) this.#languages.push(found);
    else this.#languages[at] = found;
  }

  // --- Saving

  async #save(): Promise<void> {
    const work = this.#work;
    if (!work || this.#saving) return;
    this.#list.commit();
    if (!work.dirty) return this.#tell();
    const wrong = work.impossible;
    if (wrong >= 0) {
      work.select(wrong);
      this.#list.edit(wrong);
      this.#fail(new Problem("Not saved", `Caption ${wrong + 1} ends before it begins. Correct its times.`, 422));
      return;
    }
    this.#keep();
    this.#saving = true;
    this.#tell("saving");
    const sent = JSON.stringify([work.cues, work.label]);
    try {
      this.#saved(work, await this.#server.save(work), sent);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#fail(error);
    } finally {
      this.#saving = false;
    }
  }

  #saved(work: Work, found: Document, sent: string): void {
    work.saved(found.version);
    work.dirty = JSON.stringify([work.cues, work.label]) !== sent; // somebody types on while it is on its way
    if (!work.label) {
      work.label = found.label;
      this.#frame.label.value = found.label;
    }
    this.#learn(found);
    this.#frame.silence();
    this.#doubt(found);
    this.#tabs();
    this.#links();
    if (work.dirty) this.#keep();
    else this.#drafts.forget(work.language);
    this.#tell();
  }

  #fail(problem: Problem): void {
    this.#tell("failed", problem);
    if (problem.status === 0) return;
    this.#frame.silence();
    if (problem.status === 409 && this.#work?.version !== undefined) this.#clash(problem);
    else this.#frame.note(problem.detail || problem.title, "error");
    if (problem.status === 404 && this.#work) this.#work.version = null; // the next save makes them anew
  }

  /** Somebody else was faster. Nothing is lost, whichever the person takes: Undo brings the other back. */
  #clash(problem: Problem): void {
    const work = this.#work;
    if (!work) return;
    const theirs = button("Take the others", "btn-quiet", "eye", "take-theirs");
    const mine = button("Save mine over them", "btn-danger-quiet", "check", "keep-mine");
    theirs.addEventListener("click", () => void this.#takeTheirs(work));
    mine.addEventListener("click", () => void this.#keepMine(work));
    this.#frame.note(problem.detail, "warning", theirs, mine);
  }

  async #takeTheirs(work: Work): Promise<void> {
    const found = await this.#attempt(this.#server.load(work.language));
    if (!found) return;
    work.load(found.cues, found.version, { undoable: true });
    this.#learn(found);
    this.#frame.silence();
    this.#frame.note("These are the others’ captions. Undo brings yours back.", "info");
    this.#drafts.forget(work.language);
    this.#tell();
  }

  async #keepMine(work: Work): Promise<void> {
    const found = await this.#attempt(this.#server.load(work.language));
    if (!found) return;
    work.version = found.version;
    await this.#save();
  }

  /** The answer, or null after the person has been told what went wrong. */
  async #attempt<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
    try {
      return await asked;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#frame.note(error.detail || error.title, "error");
      return null;
    }
  }

  #keep(): void {
    clearTimeout(this.#keeping);
    const work = this.#work;
    if (!work?.dirty) return;
    const { language, version, label, cues } = work;
    const kept = this.#drafts.keep(language, { version, label, cues, at: Date.now() });
    this.root.dataset.kept = String(kept);
  }

  #doubt({ doubts }: Document): void {
    for (const doubt of doubts) this.#frame.note(doubt, "warning");
  }

  #tell(state?: "saving" | "failed", problem?: Problem): void {
    const work = this.#work;
    const now = state ?? (work?.dirty ? "changed" : "saved");
    this.root.dataset.state = now;
    this.#frame.save.disabled = now === "saving" || now === "saved";
    this.#frame.undo.disabled = !work?.canUndo;
    const offline = "No connection. What you typed is kept in this browser, and saved when the connection is back.";
    const words = {
      saved: work?.version ? "All saved" : "",
      changed: "Not saved yet",
      saving: "Saving …",
      failed: problem?.status === 0 ? offline : "Not saved. What you typed is kept in this browser.",
    };
    this.#frame.state.textContent = words[now];
  }

  // --- Working

  #changed(show: () => void): void {
    const work = this.#work;
    if (!work) return;
    show();
    this.#list.mark();
    this.#timeline.draw();
    this.#follow();
    this.#tell();
    clearTimeout(this.#keeping);
    this.#keeping = setTimeout(() => this.#keep(), KEEP_AFTER_MS);
  }

  #selected(): void {
    this.#list.mark();
    this.#timeline.draw();
  }

  #relabel(): void {
    const work = this.#work;
    if (!work) return;
    work.label = this.#frame.label.value;
    work.dirty = true;
    this.#changed(() => {});
  }

  #links(): void {
    const work = this.#work;
    const there = work !== null && work.version !== null;
    for (const form of ["vtt", "srt"] as const) {
      const link = this.#frame[form];
      link.hidden = !there;
      if (work && there) link.href = this.#server.file(work.language, form);
    }
  }

  #key(event: KeyboardEvent): void {
    const command = this.#work && commandFor(event);
    if (!command) return;
    event.preventDefault();
    this.#do(command);
  }

  #do(command: Command): void {
    const work = this.#work;
    if (!work) return;
    const { time } = this.#stage;
    switch (command.do) {
      case "toggle":
        this.#stage.toggle();
        break;
      case "skip":
        this.#stage.seek(time + command.milliseconds);
        break;
      case "step":
        this.#step(work, command.by);
        break;
      case "add":
        this.#addCue(work, time);
        break;
      case "start":
      case "end":
        work.set(command.do, time);
        break;
      case "split":
        this.#split(work, time);
        break;
      case "merge":
        work.merge();
        break;
      case "remove":
        work.remove();
        break;
      case "undo":
        work.undo();
        break;
      case "edit":
        this.#list.edit(work.selected);
        break;
      case "leave":
        (document.activeElement as HTMLElement | null)?.blur();
        break;
      case "save":
        void this.#save();
    }
  }

  #step(work: Work, by: number): void {
    const index = Math.max(0, Math.min(work.cues.length - 1, work.selected + by));
    work.select(index);
    const cue = work.current;
    if (cue) this.#stage.seek(cue.start);
  }

  /** After the caption that is being written; else where the video stands. On to the next where there is no room. */
  #addCue(work: Work, time: number): void {
    const writing = this.#list.cursor !== null ? work.current : undefined;
    const from = writing ? Math.max(writing.end, Math.min(time, work.cues[work.selected + 1]?.start ?? time)) : time;
    if (!work.add(from)) {
      const next = writing ? work.selected + 1 : cueAt(work.cues, time);
      if (next < work.cues.length) work.select(next);
      else toast("There is no room for another caption here: the video ends.", "info");
    }
    this.#list.edit(work.selected);
  }

  #split(work: Work, time: number): void {
    const cue = work.current;
    if (!cue) return;
    const { cursor } = this.#list;
    const inside = time > cue.start && time < cue.end;
    const share = inside ? (time - cue.start) / (cue.end - cue.start) : 0.5;
    const at = cursor ?? nearestGap(cue.text, Math.round(cue.text.length * share));
    if (!work.split(at, cursor === null && inside ? time : null)) toast("This caption is too short to split.", "info");
    else if (cursor !== null) this.#list.edit(work.selected, 0);
  }

  /** While it plays, with every frame: the events of the video come four times a second. */
  #run(): void {
    cancelAnimationFrame(this.#frameRequest);
    const step = () => {
      this.#follow();
      if (!this.#stage.video.paused) this.#frameRequest = requestAnimationFrame(step);
    };
    step();
  }

  #follow(): void {
    const work = this.#work;
    const { time } = this.#stage;
    const playing = !this.#stage.video.paused;
    this.#timeline.at(time, true);
    if (!work) return;
    const index = cueAt(work.cues, time);
    const on = work.cues[index];
    const shown = on && on.end > time ? index : -1;
    this.#list.playing(shown, playing);
    this.#stage.caption(shown >= 0 && on ? on.text : "");
  }
}

function unsaved(language: string, label: string): Summary {
  return {
    language,
    name: label,
    label: label || language,
    source: "",
    version: 0,
    cue_count: 0,
    is_draft: false,
    progress: null,
  };
}

/** The space between words nearest to a place in a text. */
function nearestGap(text: string, at: number): number {
  const gaps = [...text.matchAll(/\s+/g)].map(({ index }) => index);
  return gaps.reduce((best, gap) => (Math.abs(gap - at) < Math.abs(best - at) ? gap : best), gaps[0] ?? at);
}

function chosenFile(): Promise<File | null> {
  const input = element("input", {
    type: "file",
    accept: ".srt,.vtt,text/vtt",
    hidden: true,
    "data-testid": "caption-file",
  });
  document.body.append(input);
  return new Promise((resolve) => {
    const answer = () => {
      input.remove();
      resolve(input.files?.[0] ?? null);
    };
    input.addEventListener("change", answer);
    input.addEventListener("cancel", answer);
    input.click();
  });
}
