import { Problem } from "../../http";

const DELAYS_MS = [1_000, 2_000, 5_000, 10_000, 20_000, 30_000];

/** Whether a later try may succeed: the connection, the server's bad moment or its wish to wait. */
export function isPassing(error: unknown): boolean {
  return error instanceof Problem && (error.status === 0 || error.status === 429 || error.status >= 500);
}

/** Does something again while it fails for a passing reason. Waits for the connection where there is none. */
export async function persist<Result>(action: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
  for (const delay of DELAYS_MS) {
    try {
      return await action();
    } catch (error) {
      if (!isPassing(error) || signal?.aborted) throw error;
      await (navigator.onLine ? pause(delay) : connection());
    }
  }
  return action();
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function connection(): Promise<void> {
  return new Promise((resolve) => window.addEventListener("online", () => resolve(), { once: true }));
}
