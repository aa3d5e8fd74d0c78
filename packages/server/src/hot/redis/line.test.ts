import { limits } from "@realmwright/protocol";
import { describe, expect, it } from "vitest";
import type { HotReply } from "../../ports/hot.ts";
import { VirtualClock } from "../../scheduler/virtual-clock.ts";
import { RecordedLog } from "../../testing/recorded-log.ts";
import { Line, type LineOptions } from "./line.ts";
import type { WireEvents } from "./wire.ts";

type Answer = (reply: HotReply) => void;

/** Wires that a test holds the other end of. */
function stage(options: Partial<LineOptions> = {}) {
  const clock = new VirtualClock();
  const log = new RecordedLog();
  const told: string[] = [];
  const wires: {
    atMs: number;
    events: WireEvents;
    isCut: boolean;
    opened: PromiseWithResolvers<void>;
    asked: { command: string; answer: Answer; refuse: (error: Error) => void }[];
  }[] = [];
  const line = new Line({
    name: "test",
    clock,
    log,
    random: () => 0,
    greet: async () => {},
    ready: () => told.push("ready"),
    lost: () => told.push("lost"),
    dial(events) {
      const wire = {
        atMs: clock.nowMs(),
        events,
        isCut: false,
        opened: Promise.withResolvers<void>(),
        asked: [] as (typeof wires)[number]["asked"],
      };
      wires.push(wire);
      return {
        open: () => wire.opened.promise,
        call: (command) =>
          new Promise((resolve, reject) =>
            wire.asked.push({ command, answer: resolve, refuse: reject }),
          ),
        destroy: () => void (wire.isCut = true),
      };
    },
    ...options,
  });
  const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
  return {
    clock,
    line,
    log,
    told,
    wires,
    settle,
    pass: (ms: number) => clock.pass(ms, settle),
    /** The newest wire opens. */
    open: async () => {
      wires.at(-1)!.opened.resolve();
      await settle();
    },
  };
}

/** What becomes of a call: its answer or its error's code, once there is one. */
function follow(call: Promise<unknown>): { now: unknown } {
  const state: { now: unknown } = { now: undefined };
  call.then(
    (reply) => (state.now = reply),
    (error: { code?: string }) => (state.now = error.code),
  );
  return state;
}

const gone = "HOT_UNAVAILABLE";

describe("a line to an engine", () => {
  it("[S-HOT12] answers, and nothing is left in the clock when it is closed", async () => {
    const { line, wires, clock, open, settle } = stage();
    const opened = line.open();
    await open();
    await opened;
    const call = follow(line.call("GET", ["a"]));
    wires[0]!.asked[0]!.answer("x");
    await settle();
    expect(call.now).toBe("x");
    line.close();
    line.close();
    expect(clock.waiting).toBe(0);
    expect(wires[0]!.isCut).toBe(true);
    expect(follow(line.call("GET", ["a"]))).toBeDefined();
    await expect(line.call("GET", ["a"])).rejects.toMatchObject({ code: gone });
  });

  it("[S-HOT12] hotCallMs: waits so long and no longer; one that hangs takes all others with it", async () => {
    const { line, wires, told, open, pass } = stage();
    line.start();
    await open();
    const first = follow(line.call("GET", ["a"]));
    await pass(500);
    const second = follow(line.call("GET", ["b"]));
    await pass(limits.hotCallMs.value - 501);
    expect([first.now, second.now, wires[0]!.isCut]).toEqual([undefined, undefined, false]);
    await pass(1);
    expect([first.now, second.now, wires[0]!.isCut]).toEqual([gone, gone, true]);
    // no call waits for the connection to come back
    await expect(line.call("GET", ["c"])).rejects.toMatchObject({ code: gone });
    expect(told).toEqual(["ready", "lost"]);
    // an answer that comes too late is nobody's
    wires[0]!.asked[0]!.answer("late");
    await pass(0);
    expect(first.now).toBe(gone);
    line.close();
  });

  it("[S-HOT12] an engine that is slow but answers is kept", async () => {
    const { line, wires, open, pass } = stage();
    line.start();
    await open();
    for (let i = 0; i < 20; i++) {
      const call = follow(line.call("GET", ["a"]));
      await pass(1900);
      for (const one of wires[0]!.asked.splice(0)) one.answer("x");
      await pass(0);
      expect(call.now).toBe("x");
    }
    expect(wires.length).toBe(1);
    line.close();
  });

  it("[S-HOT12] hotCallsWaiting, hotBytesWaiting: so many wait, the next fails at once", async () => {
    const { line, wires, open, settle } = stage();
    line.start();
    await open();
    const calls = Array.from({ length: limits.hotCallsWaiting.value }, () =>
      line.call("GET", ["a"]),
    );
    for (const call of calls) follow(call);
    await expect(line.call("GET", ["a"])).rejects.toMatchObject({ code: gone });
    for (const one of wires[0]!.asked.splice(0)) one.answer("x");
    await settle();

    const half = new Uint8Array(limits.hotBytesWaiting.value / 2);
    follow(line.call("SET", [half]));
    follow(line.call("SET", [half]));
    await expect(line.call("SET", [Uint8Array.of(1)])).rejects.toMatchObject({ code: gone });
    wires[0]!.asked[0]!.answer("OK");
    await settle();
    const more = follow(line.call("SET", [half]));
    expect(wires[0]!.asked.length).toBe(3);
    line.close();
    await settle();
    expect(more.now).toBe(gone);
  });

  it("[S-HOT12] a silent engine is found out though nobody asks it anything", async () => {
    const { line, wires, open, pass } = stage();
    line.start();
    await open();
    await pass(1000);
    expect(wires[0]!.asked.map(({ command }) => command)).toEqual(["PING"]);
    wires[0]!.asked[0]!.answer("PONG");
    await pass(1000);
    expect(wires[0]!.asked.length).toBe(2);
    await pass(2000);
    expect(wires[0]!.isCut).toBe(true);
    line.close();
  });

  it("[S-HOT12] the first attempt fails by itself, also one that hangs, and is the only one", async () => {
    const refused = stage();
    const first = follow(refused.line.open());
    refused.wires[0]!.opened.reject(new Error("refused"));
    await refused.settle();
    expect(first.now).toBe(gone);
    const hanging = stage();
    const second = follow(hanging.line.open());
    await hanging.pass(1999);
    expect(second.now).toBeUndefined();
    await hanging.pass(1);
    expect(second.now).toBe(gone);
    await hanging.pass(60_000);
    expect([refused.wires.length, hanging.wires.length]).toEqual([1, 1]);
    expect(hanging.wires[0]!.isCut).toBe(true);
    expect(hanging.clock.waiting).toBe(0);
  });

  it.each([
    [0, [25, 50, 100, 200, 400, 800, 1000, 1000]],
    [0.999_999, [50, 100, 200, 400, 800, 1600, 2000, 2000]],
  ])("[S-HOT13] tries again after longer and longer, at random (%d)", async (random, waits) => {
    const { line, wires, open, pass, clock } = stage({ random: () => random });
    line.start();
    await open();
    wires[0]!.events.ended(new Error("cut"));
    // told twice, it is lost once
    wires[0]!.events.ended(new Error("cut"));
    let lastMs = clock.nowMs();
    for (const [i, waitMs] of waits.entries()) {
      while (wires.length < i + 2) await pass(1);
      expect(Math.abs(wires.at(-1)!.atMs - lastMs - waitMs)).toBeLessThan(0.01);
      wires.at(-1)!.opened.reject(new Error("refused"));
      lastMs = wires.at(-1)!.atMs;
      await pass(0);
    }
    // once it worked, it begins anew
    while (wires.length < waits.length + 2) await pass(1);
    await open();
    const lostMs = clock.nowMs();
    wires.at(-1)!.events.ended(undefined);
    while (wires.length < waits.length + 3) await pass(1);
    expect(Math.abs(wires.at(-1)!.atMs - lostMs - waits[0]!)).toBeLessThan(0.01);
    line.close();
    expect(clock.waiting).toBe(0);
  });

  it("[S-HOT13] is not there until it was greeted; a greeting that fails or hangs is tried again", async () => {
    const greetings: PromiseWithResolvers<void>[] = [];
    const { line, told, wires, open, pass, clock } = stage({
      greet() {
        greetings.push(Promise.withResolvers());
        return greetings.at(-1)!.promise;
      },
    });
    line.start();
    await open();
    expect(line.isReady).toBe(false);
    await expect(line.call("GET", ["a"])).rejects.toMatchObject({ code: gone });
    greetings[0]!.reject(new Error("loading"));
    await pass(25);
    await open();
    await pass(2050);
    expect(wires.length).toBe(3);
    await open();
    greetings[2]!.resolve();
    await pass(0);
    expect(line.isReady).toBe(true);
    // those of before say what they like
    greetings[1]!.resolve();
    wires[1]!.events.ended(new Error("late"));
    await pass(0);
    expect([line.isReady, told]).toEqual([true, ["ready"]]);
    line.close();
    wires[2]!.events.ended(new Error("closed"));
    await pass(60_000);
    expect([wires.length, clock.waiting]).toEqual([3, 0]);
  });

  it("[S-HOT12] names what an engine's refusal means by its code", async () => {
    const { line, wires, open, settle } = stage();
    line.start();
    await open();
    const refusal = (message: string): Error =>
      Object.assign(new Error(message), { name: "ReplyError" });
    for (const [command, error, code] of [
      ["GET", refusal("WRONGTYPE Operation against a key"), "HOT_WRONG_TYPE"],
      ["SET", refusal("OOM command not allowed"), "HOT_FULL"],
      ["GET", refusal("LOADING it reads its file"), gone],
      ["EVALSHA", refusal("BUSY a script runs"), gone],
      ["EVALSHA", refusal("ERR user_script:1"), "HOT_SCRIPT_FAILED"],
      ["EVAL", refusal("constructor"), "HOT_SCRIPT_FAILED"],
      ["EVAL", new Error("OOM said by nobody we asked"), gone],
      ["GET", refusal("ERR what is that"), gone],
    ] as const) {
      const call = follow(line.call(command, []));
      wires[0]!.asked.at(-1)!.refuse(error);
      await settle();
      expect(call.now, error.message).toBe(code);
    }
    expect(wires.length).toBe(1);
    line.close();
  });
});
