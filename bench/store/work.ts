import { settings } from "../load/desk.ts";

/** What one side of the bench is to do. */
export interface StoreWork {
  /** Of the database. */
  readonly url: string;
  readonly kind: "read" | "write" | "batch";
  readonly callers: number;
  readonly seconds: number;
}

/** Objects that each caller has, and reads or writes in turn. */
export const objectsEach = 20;
export const batchWrites = 10;
/** As a small character sheet. */
export const value = {
  level: 7,
  gold: 1250,
  name: "Ada",
  bag: ["sword", "rope", "torch"],
  x: 12.5,
};

export function accountOf(caller: number): string {
  return `00000000-0000-4000-8000-${String(caller).padStart(12, "0")}`;
}

/**
 * Has all callers work at once, first to warm up, then for the time that is measured; prints how often they did it in a second.
 *
 * @param once what a caller does the n-th time
 */
export async function workOn(
  about: StoreWork,
  once: (caller: number, n: number) => Promise<void> | void,
): Promise<void> {
  let n = 0;
  const workFor = async (ms: number): Promise<number> => {
    const beganMs = performance.now();
    const before = n;
    const one = async (caller: number): Promise<void> => {
      while (performance.now() - beganMs < ms) await once(caller, n++);
    };
    await Promise.all(Array.from({ length: about.callers }, (_, caller) => one(caller)));
    return ((n - before) * 1_000) / (performance.now() - beganMs);
  };
  await workFor(Math.min(1_000, about.seconds * 500));
  const perSecond = await workFor(about.seconds * 1_000);
  process.stdout.write(`${JSON.stringify({ perSecond })}\n`);
}

export function toldWork(): StoreWork {
  return settings<StoreWork>();
}
