/** What a person chose in the player, kept by this browser for the next lecture. */
export interface Choices {
  speed: number;
  /** Lines of the chosen quality; null lets the player decide. */
  quality: number | null;
  captionSize: "small" | "medium" | "large";
  captionColor: "white" | "yellow" | "green";
  captionGround: "black" | "shade" | "none";
  /** The player takes the whole width, the outline stands below. */
  theatre: boolean;
  /** Bits a second, as last measured on this line. */
  line: number | null;
}

const STORE = "colonnade:player";
const USUAL: Choices = {
  speed: 1,
  quality: null,
  captionSize: "medium",
  captionColor: "white",
  captionGround: "shade",
  theatre: false,
  line: null,
};

/** Volume is not here, as media-chrome keeps it by itself, nor the captions' language (captions.ts). */
export function choices(): Choices {
  try {
    const kept = JSON.parse(localStorage.getItem(STORE) ?? "{}") as Partial<Choices>;
    return { ...USUAL, ...kept };
  } catch {
    return { ...USUAL }; // never kept, not ours, or forbidden by the browser's settings
  }
}

export function keep(changed: Partial<Choices>): void {
  try {
    localStorage.setItem(STORE, JSON.stringify({ ...choices(), ...changed }));
  } catch {
    // Forbidden by the browser's settings: the choice holds for this page.
  }
}
