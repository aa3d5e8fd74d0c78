import { RealmError } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import { createMemoryHot } from "../hot/memory/memory-hot.ts";
import type { Hot } from "../ports/hot.ts";
import { VirtualClock } from "../scheduler/virtual-clock.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { LoginThrottle } from "./login-throttle.ts";

const home = "192.0.2.1";

/** Several nodes on one hot state that does what it is told to. */
class Nodes {
  readonly clock = new VirtualClock();
  readonly log = new RecordedLog();
  state: "well" | "gone" | "hangs" | "full" = "well";
  asked = 0;
  readonly #memory = createMemoryHot({ clock: this.clock, log: this.log });

  node(): LoginThrottle {
    const hot: Hot = {
      ...this.#memory,
      isReady: () => this.state !== "gone",
      run: async (...call) => {
        this.asked++;
        if (this.state === "hangs") return await new Promise<never>(() => undefined);
        if (this.state === "full") throw new RealmError("HOT_FULL");
        return await this.#memory.run(...call);
      },
    };
    return new LoginThrottle({ clock: this.clock, hot, log: this.log });
  }
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "made",
    (error: unknown) => (error as RealmError).code,
  );

describe("[S-AUTH25] tries on several nodes", () => {
  test("count together, and a right password forgives on all of them", async () => {
    const nodes = new Nodes();
    const [a, b] = [nodes.node(), nodes.node()];
    for (const node of [a, b, a, b, a]) await node.attempt("ada", home);
    for (const node of [a, b])
      expect(await codeOf(node.attempt("ada", home))).toBe("LOGINS_SLOWED");
    nodes.clock.advance(1000);
    await (await b.attempt("ada", home)).succeeded();
    for (const node of [a, b, a, b, a]) await node.attempt("ada", home);
    expect(await codeOf(b.attempt("ada", home))).toBe("LOGINS_SLOWED");
  });

  test("while the hot state is away each counts by itself, and nobody waits", async () => {
    const nodes = new Nodes();
    const [a, b] = [nodes.node(), nodes.node()];
    nodes.state = "gone";
    for (let i = 0; i < 5; i++) await a.attempt("ada", home);
    expect(await codeOf(a.attempt("ada", home))).toBe("LOGINS_SLOWED");
    const right = await b.attempt("ada", home);
    // what was counted here is taken back here, also when the hot state is there again
    nodes.state = "well";
    await right.succeeded();
    expect(nodes.asked).toBe(0);
    for (let i = 0; i < 5; i++) await b.attempt("ada", home);
    expect(await codeOf(a.attempt("ada", home))).toBe("LOGINS_SLOWED");
  });

  test("one that hangs is waited for a quarter of a second, once in two seconds", async () => {
    const nodes = new Nodes();
    const a = nodes.node();
    nodes.state = "hangs";
    const first = a.attempt("ada", home);
    nodes.clock.advance(249);
    expect(await Promise.race([first, Promise.resolve("waits")])).toBe("waits");
    nodes.clock.advance(1);
    await first;
    expect(nodes.log.of("warn")).toHaveLength(1);
    for (let i = 0; i < 4; i++) await a.attempt("ada", home);
    expect(await codeOf(a.attempt("ada", home))).toBe("LOGINS_SLOWED");
    expect(nodes.asked).toBe(1);
    nodes.state = "well";
    nodes.clock.advance(2000);
    await a.attempt("ada", home);
    expect(nodes.asked).toBe(2);
  });

  test("one that is full, or hangs when a try is taken back, fails no login", async () => {
    const nodes = new Nodes();
    const a = nodes.node();
    const before = await a.attempt("ada", home);
    nodes.state = "full";
    await before.succeeded();
    for (let i = 0; i < 5; i++) await (await a.attempt("ada", home)).withdrawn();
    expect(nodes.asked).toBe(2);
    nodes.state = "well";
    nodes.clock.advance(2000);
    const made = await a.attempt("bob", home);
    nodes.state = "hangs";
    const taken = made.succeeded();
    nodes.clock.advance(250);
    await taken;
  });
});
