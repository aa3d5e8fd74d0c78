import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { limitValues } from "../../session/limit-values.ts";
import { refusal } from "../testing/embedded-stage.ts";
import { CallQueue } from "./call-queue.ts";

/** Calls that a test ends, by name. */
class Calls {
  readonly begun: string[] = [];
  readonly ends: Promise<string>[] = [];
  readonly turns: CallQueue;
  readonly #open = new Map<string, PromiseWithResolvers<void>>();

  constructor(set: Parameters<typeof limitValues>[0] = {}) {
    this.turns = new CallQueue(limitValues(set));
  }

  ask(account: string, name: string): void {
    const end = this.turns.run(account, async () => {
      this.begun.push(name);
      const open = Promise.withResolvers<void>();
      this.#open.set(name, open);
      await open.promise;
    });
    this.ends.push(refusal(end));
  }

  get underWay(): readonly string[] {
    return [...this.#open.keys()];
  }

  async end(name: string, error?: Error): Promise<void> {
    const open = this.#open.get(name)!;
    this.#open.delete(name);
    if (error === undefined) open.resolve();
    else open.reject(error);
    for (let i = 0; i < 20; i++) await Promise.resolve();
  }
}

describe("[S-LUA52] calls of accounts", () => {
  test("one account has a few under way, and another one's call does not wait for its line", async () => {
    const calls = new Calls();
    for (let i = 0; i < 200; i++) calls.ask("eve", `eve${i}`);
    calls.ask("ada", "ada");
    expect(calls.begun).toEqual(["eve0", "eve1", "ada"]);
    await calls.end("eve1");
    await calls.end("eve0");
    expect(calls.begun.slice(3)).toEqual(["eve2", "eve3"]);
  });

  test("where all places are taken accounts are served in turn, each in its own order", async () => {
    const calls = new Calls({ scriptCallsAtOnce: 1 });
    for (const name of ["a1", "a2", "a3", "a4", "b1", "b2", "c1"]) calls.ask(name[0]!, name);
    for (let i = 0; i < 7; i++) await calls.end(calls.begun[i]!);
    expect(calls.begun).toEqual(["a1", "a2", "b1", "c1", "a3", "b2", "a4"]);
    expect(await Promise.all(calls.ends)).toEqual(Array.from({ length: 7 }, () => "none"));
    expect(calls.turns.accountCount).toBe(0);
  });

  test("beyond its line an account is told to come again, and no other one is", async () => {
    const calls = new Calls({ scriptCallsWaitingPerAccount: 3, scriptCallsWaiting: 5 });
    for (let i = 0; i < 6; i++) calls.ask("eve", `eve${i}`);
    await expect(calls.turns.run("eve", async () => 1)).rejects.toMatchObject({
      code: "SCRIPT_BUSY",
      retryAfterMs: 1000,
    });
    expect(await calls.ends[5]).toBe("SCRIPT_BUSY");
    for (let i = 0; i < 5; i++) calls.ask("ada", `ada${i}`);
    expect(await calls.ends[10]).toBe("SCRIPT_BUSY");
    expect(calls.begun).toEqual(["eve0", "eve1", "ada0", "ada1"]);
    await calls.end("eve0");
    calls.ask("ada", "ada5");
    await calls.end("ada0");
    expect(calls.begun).toEqual(["eve0", "eve1", "ada0", "ada1", "eve2", "ada2"]);
  });

  test("a call that fails leaves its place", async () => {
    const calls = new Calls({ scriptCallsAtOnce: 1 });
    calls.ask("ada", "one");
    calls.ask("ada", "two");
    await calls.end("one", new Error("no"));
    expect([await calls.ends[0], calls.begun]).toEqual(["Error: no", ["one", "two"]]);
    await calls.end("two");
    expect(calls.turns.accountCount).toBe(0);
  });

  test("however they come and end, no more than the limits are under way and none is left", async () => {
    const set = { scriptCallsAtOnce: 3, scriptCallsPerAccount: 2, scriptCallsWaitingPerAccount: 4 };
    const steps = fc.array(fc.tuple(fc.constantFrom("a", "b", "c", ""), fc.nat(9)), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const calls = new Calls(set);
        for (const [i, [account, which]] of all.entries()) {
          const { underWay } = calls;
          if (account !== "") calls.ask(account, `${account}${i}`);
          else if (underWay.length > 0) await calls.end(underWay[which % underWay.length]!);
          expect(calls.underWay.length).toBeLessThanOrEqual(3);
          for (const one of ["a", "b", "c"]) {
            const own = calls.underWay.filter((name) => name.startsWith(one));
            expect(own.length).toBeLessThanOrEqual(2);
          }
        }
        while (calls.underWay.length > 0) await calls.end(calls.underWay[0]!);
        const ends = await Promise.all(calls.ends);
        expect(ends.filter((end) => end === "none")).toHaveLength(calls.begun.length);
        expect(calls.turns.accountCount).toBe(0);
      }),
    );
  });
});
