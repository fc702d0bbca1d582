import { uuid } from "./uuid";

/** What this browser remembers of an attempt, by person; nothing where its settings forbid it. */
export function answersMemory<Kept>(viewer: string, attempt: string) {
  const key = `colonnade:quiz:${viewer}:${attempt}`;
  return {
    read(): Record<string, Kept> {
      try {
        return JSON.parse(localStorage.getItem(key) ?? "{}") as Record<string, Kept>;
      } catch {
        return {};
      }
    },
    write(waiting: Record<string, Kept>): void {
      try {
        if (Object.keys(waiting).length) localStorage.setItem(key, JSON.stringify(waiting));
        else localStorage.removeItem(key);
      } catch {
        // Forbidden or full: what waits is kept in this page alone.
      }
    },
  };
}

/** A name for this tab that a reload keeps. */
export function placeName(): string {
  const key = "colonnade:place";
  try {
    const known = sessionStorage.getItem(key) ?? uuid();
    sessionStorage.setItem(key, known);
    return known;
  } catch {
    return uuid();
  }
}
