import { RealmError } from "@realmwright/protocol";
import type { ScriptOnce, ScriptOutcome } from "../ports/script-engine.ts";

/** Who is told how a call ended. */
export interface Settler {
  readonly resolve: (outcome: ScriptOutcome) => void;
  readonly reject: (error: RealmError) => void;
}

interface Kept {
  readonly request: string;
  readonly untilMs: number;
  readonly characters: number;
  readonly outcome: ScriptOutcome;
}

interface Running {
  readonly request: string;
  readonly followers: Settler[];
}

/** What an entry costs besides its texts, about. */
const ENTRY_CHARACTERS = 100;

/** Calls that are done once: how they ended is kept for its time; where there is too much of it, the oldest goes first. */
export class OnceCalls {
  readonly #charactersMax: number;
  readonly #nowMs: () => number;
  readonly #running = new Map<string, Running>();
  /** In the order in which they came. */
  readonly #kept = new Map<string, Kept>();
  #characters = 0;

  constructor(charactersMax: number, nowMs: () => number) {
    this.#charactersMax = charactersMax;
    this.#nowMs = nowMs;
  }

  /** True: it is answered, or will be together with the one that runs. Throws `KEY_REUSED`. */
  follow({ key, request }: ScriptOnce, follower: Settler): boolean {
    const other = this.#find(key) ?? this.#running.get(key);
    if (other === undefined) return false;
    if (other.request !== request) throw new RealmError("KEY_REUSED");
    if ("outcome" in other) follower.resolve(other.outcome);
    else other.followers.push(follower);
    return true;
  }

  /** Begins a call that nobody runs. What is returned is to be told how it ended. */
  lead(once: ScriptOnce, leader: Settler): Settler {
    const followers: Settler[] = [];
    this.#running.set(once.key, { request: once.request, followers });
    return {
      resolve: (outcome) => {
        this.#running.delete(once.key);
        const kept: ScriptOutcome = { ...outcome, published: [], isKept: true };
        this.#keep(once, kept);
        leader.resolve(outcome);
        for (const { resolve } of followers) resolve(kept);
      },
      reject: (error) => {
        this.#running.delete(once.key);
        leader.reject(error);
        for (const { reject } of followers) reject(error);
      },
    };
  }

  #find(key: string): Kept | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined || kept.untilMs > this.#nowMs()) return kept;
    this.#forget(key, kept);
    return undefined;
  }

  #keep({ key, request, keptMs }: ScriptOnce, outcome: ScriptOutcome): void {
    const text = outcome.ok ? JSON.stringify(outcome.result) : outcome.error;
    const characters = ENTRY_CHARACTERS + key.length + request.length + text.length;
    const nowMs = this.#nowMs();
    this.#kept.set(key, { request, untilMs: nowMs + keptMs, characters, outcome });
    this.#characters += characters;
    for (const [oldest, one] of this.#kept) {
      if (this.#characters <= this.#charactersMax && one.untilMs > nowMs) break;
      this.#forget(oldest, one);
    }
  }

  #forget(key: string, { characters }: Kept): void {
    this.#kept.delete(key);
    this.#characters -= characters;
  }
}
