import type { Subject } from "../../../auth/subject.ts";
import type { ObjectOperation } from "../rules.ts";

/** Writers that work at the same time, each for an account of its own. */
export const WRITERS = 8;

/** The writer of so many in a round. */
export function writer(round: number, number: number): Subject {
  const tail = String(round * 100 + number).padStart(12, "0");
  const account = `00000000-0000-4000-8000-${tail}`;
  return { account, name: "writer", role: "player", isGuest: false, session: account };
}

/** A writer's n-th piece of work: two objects that must not be there yet, and a counter that says n. */
export function piece(by: Subject, n: number): ObjectOperation[] {
  const { account: owner } = by;
  const value = { n };
  const twin = (collection: string): ObjectOperation => ({
    op: "write",
    owner,
    collection,
    key: String(n),
    value,
    version: null,
  });
  const counter = { op: "write", owner, collection: "counter", key: "n", value } as const;
  return [twin("left"), counter, twin("right")];
}
