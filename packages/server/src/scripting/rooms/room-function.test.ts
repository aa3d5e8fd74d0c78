import { sameJson } from "@realmwright/protocol/internal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DirectEngine } from "../testing/direct-engine.ts";
import {
  batchArguments,
  readAnswer,
  type BatchAnswer,
  type BatchHead,
  type RoomEvent,
} from "./room-batch.ts";
import { StateMirror } from "./state-mirror.ts";

const engine = new DirectEngine(() => 1_700_000_000_000);
let rooms = 0;

/** One room's script, called directly. */
class Calls {
  readonly key = `room:${++rooms}:state`;
  readonly mirror = new StateMirror();
  published: string[] = [];
  #version = 0;

  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  async run(events: readonly RoomEvent[], head: Partial<BatchHead> = {}): Promise<BatchAnswer> {
    const { version } = await engine.load("r.lua", this.#source);
    const args = batchArguments(events, { version: this.#version, read: true, ...head });
    const outcome = await engine.call("r.lua", version, [this.key], args);
    if (!outcome.ok) throw new Error(outcome.error);
    const answer = readAnswer("r", outcome.result);
    this.published.push(...outcome.published.map(({ message }) => message));
    for (const { channel, message } of outcome.published) {
      expect(channel).toBe(this.key);
      expect(this.mirror.take(JSON.parse(message) as [])).toBe(true);
    }
    this.#version = answer.version;
    return answer;
  }
}

const script = (body: string): string => `local room = {}
${body}
return realm.room(room)`;

const input = (on: string, data: RoomEvent["with"][number] = null): RoomEvent => ({
  on,
  with: [{ account: "ann", seat: 0 }, data],
  input: true,
});

describe("realm.room", () => {
  test("[S-LUA40] gives a state an end with whatever touches it, a part that is written back too", async () => {
    const calls = new Calls(script("function room.say(state) state.said = 1 end"));
    const ttl = (): Promise<unknown> =>
      engine.eval("return redis.call('TTL', KEYS[1])", [calls.key]);
    await calls.run([], { version: 0, seed: { a: "1" }, read: false });
    expect(await ttl()).toBe(24 * 3600);
    for (const head of [{ read: true }, { read: false, batch: 1 }]) {
      await engine.eval("return redis.call('PERSIST', KEYS[1])", [calls.key]);
      await calls.run([], head);
      expect(await ttl()).toBe(24 * 3600);
    }
    await engine.eval("return redis.call('PERSIST', KEYS[1])", [calls.key]);
    await calls.run([input("say")], { read: false });
    expect(await ttl()).toBe(24 * 3600);
  });

  test("[S-LUA31] writes and publishes what changed, and nothing else", async () => {
    const calls = new Calls(
      script(`
function room.create(state) state.a, state.b, state.list = 1, { x = { 1, 2 } }, {} end
function room.touch(state) state.b.x[2] = 2 state.a = 1 end
function room.change(state) state.b.x[2] = 3 state.a = nil state.n = cjson.null end
function room.back(state) state.z = 1 end
function room.forth(state) state.z = nil end`),
    );
    await calls.run([{ on: "create", with: [] }], { fresh: true, batch: 1 });
    calls.published = [];
    expect((await calls.run([input("touch"), input("back"), input("forth")])).version).toBe(1);
    expect(calls.published).toEqual([]);
    expect(await calls.run([input("change")])).toMatchObject({
      version: 2,
      state: { b: { x: [1, 3] }, list: {}, n: null },
    });
    // the state of a room whose server is gone ends by itself
    expect(await engine.eval("return redis.call('PTTL', KEYS[1])", [calls.key])).toBe(86_400_000);
    const patch = JSON.parse(calls.published[0]!) as { path: string }[];
    expect(patch.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { op: "remove", path: "/a" },
      { op: "add", path: "/b", value: { x: [1, 3] } },
      { op: "add", path: "/n", value: null },
      { op: "add", path: "/version", value: 2 },
    ]);
  });

  test("[S-LUA30] an event that refuses or fails changes nothing, and the others stand", async () => {
    const calls = new Calls(
      script(`
function room.add(state, player, by)
  state.total = (state.total or 0) + by
  state.of = state.of or {}
  state.of[player.account] = state.total
  if by == 2 then realm.refuse("NOT_TWO", "No.") end
  if by == 3 then error("NOT_TWO No.", 0) end
  if by == 4 then redis.call("HGET") end
  if by == 5 then state.total = 0/0 end
end`),
    );
    const { answers, state } = await calls.run([1, 2, 3, 4, 5, 6].map((by) => input("add", by)));
    expect(answers).toMatchObject([
      { type: "done" },
      { type: "refused", code: "NOT_TWO", text: "No." },
      { type: "failed", fault: "NOT_TWO No." },
      { type: "failed" },
      { type: "failed", fault: expect.stringMatching(/must not be NaN|NaN or Inf/i) as string },
      { type: "done" },
    ]);
    expect(state).toEqual({ total: 7, of: { ann: 7 } });
  });

  test.each([
    ["state[1] = 1", "STATE_INVALID"],
    ["state.version = 5", "STATE_INVALID"],
    ["state.batch = 5", "STATE_INVALID"],
    ["state['private.ben'] = 5", "STATE_INVALID"],
    ["state.private = 5", "STATE_INVALID"],
    ["state.x = { ['__proto__'] = 1 }", "STATE_INVALID"],
    ["state.__proto__ = 1", "STATE_INVALID"],
    ["state[('x'):rep(65)] = 1", "STATE_INVALID"],
    ["state.x = {} state.x.x = state.x", "STATE_INVALID"],
    ["local t = {} state.x = t for i = 1, 12 do t.t = {} t = t.t end", "STATE_INVALID"],
    ["state.x = ('x'):rep(17000)", "STATE_TOO_LARGE"],
    ["for i = 1, 20 do state['x' .. i] = ('x'):rep(1000) end", "STATE_TOO_LARGE"],
    ["state.private.ann = ('x'):rep(17000)", "STATE_TOO_LARGE"],
    ["for i = 1, 10 do state.private['x' .. i] = ('x'):rep(15000) end", "STATE_TOO_LARGE"],
    ["state.x = print", "SCRIPT"],
    ["state.x = { [1] = 1, [1000000] = 2 }", "SCRIPT"],
  ])("[S-LUA32] does not take %s", async (change, code) => {
    const calls = new Calls(
      script(`function room.change(state) state.ok = 1 ${change} end
function room.fine(state) state.ok = 2 end`),
    );
    const { answers, state } = await calls.run([input("change"), input("fine")]);
    const [answer] = answers;
    if (code === "SCRIPT") expect(answer).toMatchObject({ type: "failed" });
    else expect(answer).toMatchObject({ type: "refused", code });
    expect(answers[1]).toEqual({ type: "done" });
    expect(state).toEqual({ ok: 2 });
  });

  test("[S-LUA32] takes what is as large and as deep as may be", async () => {
    const calls = new Calls(
      script(`function room.change(state)
  local t = {} state.x = t for i = 1, 11 do t.t = {} t = t.t end
  state.private.ann = ("x"):rep(16000)
  state.y = ("x"):rep(16000)
end`),
    );
    expect((await calls.run([input("change")])).answers).toEqual([{ type: "done" }]);
  });

  test("[S-LUA33] keeps what is private in a field of its own, and takes it away with it", async () => {
    const calls = new Calls(
      script(`
function room.give(state, player, data) state.private[player.account] = data end
function room.take(state) state.private = nil end`),
    );
    await calls.run([input("give", { card: "ace" })]);
    expect([calls.mirror.own("ann"), calls.mirror.own("ben")]).toEqual([{ card: "ace" }, null]);
    expect(calls.mirror.shared).toEqual({ version: 1 });
    await calls.run([input("take"), input("give", 7), input("take")]);
    expect(calls.mirror.own("ann")).toBeNull();
  });

  test("[S-LUA10] wants a table, and answers only as a script that ends with it", async () => {
    await expect(new Calls("return realm.room(7)").run([])).rejects.toThrow(
      "realm.room: argument 1 (handlers) must be a table",
    );
    await expect(new Calls("return 7").run([])).rejects.toMatchObject({ code: "SCRIPT_FAILED" });
    await expect(new Calls("return '{}'").run([])).rejects.toMatchObject({ code: "SCRIPT_FAILED" });
    await expect(new Calls("return '{'").run([])).rejects.toMatchObject({ code: "SCRIPT_FAILED" });
  });
});

const change = fc.record({
  field: fc.constantFrom("a", "b/c", "~d", "e"),
  value: fc.oneof(
    fc.constant(undefined),
    fc.jsonValue({ maxDepth: 2 }).filter((value) => !JSON.stringify(value).includes("__proto__")),
  ),
  isBad: fc.boolean(),
  isPoke: fc.boolean(),
});

test("[S-LUA31] it makes no difference which events come in one call", async () => {
  const source = script(`
function room.put(state, player, data)
  if data.poke then
    if type(state.also) == "table" then state.also.poked = true end
    return
  end
  if data.drop then state[data.field] = nil else state[data.field] = data.value end
  state.also = state[data.field]
  if type(state.also) == "table" then state.also.seen = true end
  if data.bad then realm.refuse("BAD") end
end`);
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 12 }), fc.nat(12), async (changes, cut) => {
      const events = changes.map(({ field, value, isBad, isPoke }) =>
        input("put", {
          field,
          bad: isBad,
          poke: isPoke,
          ...(value === undefined ? { drop: true } : { value }),
        } as never),
      );
      const [whole, cutUp] = [new Calls(source), new Calls(source)];
      const one = await whole.run(events);
      const first = await cutUp.run(events.slice(0, cut));
      const second = await cutUp.run(events.slice(cut));
      expect([...first.answers, ...second.answers]).toEqual(one.answers);
      expect(sameJson(second.state, one.state)).toBe(true);
      // and the patches lead to the same
      for (const { mirror } of [whole, cutUp]) {
        const { version, ...shared } = mirror.shared;
        expect(sameJson(shared, one.state)).toBe(true);
        expect(version).toBeGreaterThanOrEqual(0);
      }
    }),
    { numRuns: 60 },
  );
});
