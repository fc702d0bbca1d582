/** What the page tells the island; written by colonnade/quizzes/views/attempts.py. */
export interface QuizConfig {
  attempt_id: string;
  /** Keeps apart what several people on one browser have not sent yet. */
  viewer: string;
  /** Until the end, by the server's clock; null where there is no limit. */
  seconds_left: number | null;
  place_url: string;
  /** Below it each answer has its address: `<id>/`, and `<id>/feedback/`. */
  answers_url: string;
  csrf_token: string;
  /** Of each answer by its id: how often one was kept. */
  revisions: Record<string, number>;
}

/** A choice's id, several, true or false, a text or number as typed, or ids in their order; null is no answer. */
export type Given = string | boolean | string[] | null;
