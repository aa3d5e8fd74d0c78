import type { Job } from "./jobs.ts";

const HOUR_MS = 3_600_000;

/** What a server with a store looks after by itself. */
export function upkeep(services: {
  readonly identity: { sweep(): Promise<boolean> };
  readonly objects: { forgetAnswers(): Promise<boolean> };
}): readonly Job[] {
  const { identity, objects } = services;
  return [
    { name: "accounts.sweep", everyMs: HOUR_MS, run: () => identity.sweep() },
    { name: "objects.forgetAnswers", everyMs: HOUR_MS, run: () => objects.forgetAnswers() },
  ];
}
