import { limits } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { operation, type AnyOperation } from "../services/operation.ts";
import { CallStage, type Told } from "../testing/call-stage.ts";

const encodings = ["json", "msgpack", "binary"] as const;

/** Gives what the test says, when the test says so. */
function held(): {
  readonly operation: AnyOperation;
  readonly calls: unknown[];
  readonly answer: (value: unknown) => void;
} {
  const waiting: ((value: unknown) => void)[] = [];
  const calls: unknown[] = [];
  return {
    calls,
    answer: (value) => waiting.shift()?.(value),
    operation: operation({
      name: "held.one",
      action: "server.read",
      route: { method: "POST", path: "/held" },
      summary: "Waits.",
      input: z.strictObject({ of: z.unknown().optional() }),
      output: z.unknown(),
      errors: [],
      run: (_call, input) => {
        calls.push(input.of);
        return new Promise((resolve) => waiting.push(resolve));
      },
    }),
  };
}

const code = (told: Told | undefined): string | undefined =>
  told?.type === "error" ? told.payload.code : told?.type;

describe.each(encodings)("calls in %s", (encoding) => {
  test("P-RPC2 are answered with their id, as their operation is", async () => {
    const stage = new CallStage();
    const client = await stage.open(encoding);
    client.call(0, "counters.create", { name: "wins", start: 3 });
    const made = await client.answer();
    expect(made).toEqual({
      type: "result",
      id: 0,
      payload: { output: { id: "c0", name: "wins", value: 3, owner: "account-ada" } },
    });
    client.call(2 ** 32 - 1, "counters.create", { name: "", start: 11, more: 1 });
    const refused = await client.answer();
    expect(refused).toMatchObject({
      type: "error",
      id: 2 ** 32 - 1,
      payload: { code: "REQUEST_INVALID", action: "fix", type: "rpc" },
    });
    const problems = refused?.type === "error" ? refused.payload.problems : [];
    expect(problems?.map(({ path }) => path)).toEqual(["/name", "/start", "/more"]);
  });

  test("[P-RPC3, S-RPC3] operationCharacters, idempotencyKeyCharacters: names and keys too long have their errors", async () => {
    const stage = new CallStage();
    const client = await stage.open(encoding);
    const ask = (name: string, key: string) => {
      client.call(1, name, { name: "x" }, key);
      return client.answer();
    };
    const longest = "k".repeat(limits.idempotencyKeyCharacters.value);
    expect(code(await ask("counters.create", longest))).toBe("result");
    for (const key of [`${longest}k`, "", "a b", "é", "\n"]) {
      expect([key, code(await ask("counters.create", key))]).toEqual([key, "REQUEST_INVALID"]);
    }
    const { value: max } = limits.operationCharacters;
    for (const name of ["o".repeat(max), "o".repeat(max + 1), "", "constructor", "__proto__"]) {
      expect([name, code(await ask(name, "k"))]).toEqual([name, "OPERATION_UNKNOWN"]);
    }
    expect(await client.verdict()).toBe("open");
  });

  test("[S-RPC4] callInputBytes: the largest input is taken, one byte more is not done", async () => {
    const { operation: one, calls, answer } = held();
    const stage = new CallStage([one]);
    const client = await stage.open(encoding);
    const { value: max } = limits.callInputBytes;
    const ofBytes = (bytes: number) => ({ of: "x".repeat(bytes - '{"of":""}'.length) });
    client.call(1, "held.one", ofBytes(max));
    await client.settle();
    answer(1);
    expect(code(await client.answer())).toBe("result");
    client.call(2, "held.one", ofBytes(max + 1));
    expect(code(await client.answer())).toBe("CALL_TOO_LARGE");
    client.call(3, "held.one", { of: "é".repeat(max / 2) });
    expect(code(await client.answer())).toBe("CALL_TOO_LARGE");
    expect(calls).toHaveLength(1);
  });

  test("[S-RPC5] callAnswerBytes: the largest answer comes, and nothing of one above", async () => {
    const { operation: one, calls, answer } = held();
    const stage = new CallStage([one]);
    const client = await stage.open(encoding);
    const given = async (value: unknown) => {
      client.call(1, "held.one");
      await client.settle();
      answer(value);
      return code(await client.answer());
    };
    const { value: max } = limits.callAnswerBytes;
    expect(await given("x".repeat(max - 2))).toBe("result");
    expect(await given("x".repeat(max - 1))).toBe("ANSWER_UNFIT");
    expect(await given("é".repeat(max / 2))).toBe("ANSWER_UNFIT");
    expect(await given({ text: "\ud800" })).toBe("ANSWER_UNFIT");
    expect(await given(JSON.parse('{"a":{"__proto__":1}}'))).toBe("ANSWER_UNFIT");
    const nested = (levels: number): unknown =>
      Array.from({ length: levels }).reduce((inner) => [inner], 1);
    expect(await given(nested(4 * limits.jsonDepth.value - 2))).toBe("result");
    expect(await given(nested(4 * limits.jsonDepth.value - 1))).toBe("ANSWER_UNFIT");
    expect(calls).toHaveLength(7);
    expect(await client.verdict()).toBe("open");
  });
});

describe("what comes at the wrong time", () => {
  test.each(encodings)("P-SES1 a call before auth ends the connection, in %s", async (encoding) => {
    const stage = new CallStage();
    const client = stage.connect(encoding);
    client.call(1, "counters.count");
    expect(await client.verdict()).toBe("AUTH_REQUIRED · 4001 AUTH_REQUIRED");
    expect(stage.calls.open).toBe(0);
  });

  test.each([
    ["no id", '{"type":"rpc","payload":{"operation":"counters.count"}}'],
    ["null", '{"type":"rpc","id":null,"payload":{"operation":"counters.count"}}'],
    ["-1", '{"type":"rpc","id":-1,"payload":{"operation":"counters.count"}}'],
    ["a half", '{"type":"rpc","id":0.5,"payload":{"operation":"counters.count"}}'],
    ["2^32", '{"type":"rpc","id":4294967296,"payload":{"operation":"counters.count"}}'],
    ["a text", '{"type":"rpc","id":"1","payload":{"operation":"counters.count"}}'],
    ["no operation", '{"type":"rpc","id":1,"payload":{"input":{}}}'],
    ["a list for a name", '{"type":"rpc","id":1,"payload":{"operation":["counters.count"]}}'],
    ["no payload", '{"type":"rpc","id":1}'],
    ["a prototype", '{"type":"rpc","id":1,"payload":{"operation":"o","input":{"__proto__":{}}}}'],
    ["half a pair", '{"type":"rpc","id":1,"payload":{"operation":"o","input":"\\ud800"}}'],
    ["no number", '{"type":"rpc","id":1,"payload":{"operation":"o","input":1e999}}'],
  ])("P-RPC1 P-SES10 %s is malformed, and the third time flooding", async (_, text) => {
    const stage = new CallStage();
    const client = await stage.open("json");
    for (let i = 0; i < 2; i++) {
      client.client.raw(Buffer.from(text));
      expect(code(await client.answer())).toBe("MESSAGE_MALFORMED");
    }
    client.client.raw(Buffer.from(text));
    expect(await client.verdict()).toBe("FLOODING · 1008 FLOODING");
  });

  test("[S-RPC4] openCalls: so many are open, one more is refused, and an answer makes room", async () => {
    const { operation: one, calls, answer } = held();
    const stage = new CallStage([one]);
    const client = await stage.open("json");
    const { value: max } = limits.openCalls;
    for (let id = 0; id < max; id++) client.call(id, "held.one");
    await client.settle();
    expect([calls.length, stage.calls.open]).toEqual([max, max]);
    client.call(99, "held.one");
    const refused = await client.answer();
    expect(refused).toMatchObject({ id: 99, payload: { code: "CALLS_FULL", retryAfterMs: 100 } });
    answer("first");
    expect(await client.answer()).toMatchObject({ id: 0, payload: { output: "first" } });
    client.call(99, "held.one");
    await client.settle();
    expect([calls.length, stage.calls.open]).toEqual([max + 1, max]);
    const other = await stage.open("json", "bob");
    other.call(1, "counters.count");
    expect(code(await other.answer())).toBe("result");
  });

  test("[S-RPC4] an id of an open call is refused, and free again once that is answered", async () => {
    const { operation: one, calls, answer } = held();
    const stage = new CallStage([one]);
    const client = await stage.open("msgpack");
    client.call(5, "held.one", { of: "first" });
    client.call(5, "held.one", { of: "second" });
    expect(code(await client.answer())).toBe("MESSAGE_OUT_OF_ORDER");
    answer("done");
    expect(await client.answer()).toMatchObject({ id: 5, payload: { output: "done" } });
    client.call(5, "held.one", { of: "third" });
    await client.settle();
    expect(calls).toEqual(["first", "third"]);
  });

  test("[S-RPC4] callsPerTenSeconds: so many are taken, one more is not done", async () => {
    const stage = new CallStage();
    const client = await stage.open("binary");
    const { value: max } = limits.callsPerTenSeconds;
    for (let id = 0; id < max; id++) {
      client.call(id, "counters.create", { name: "x" });
      expect(code(await client.answer())).toBe("result");
    }
    const before = stage.counters.ids.at(-1);
    client.call(max, "counters.create", { name: "x" });
    expect(await client.answer()).toMatchObject({ id: max, payload: { code: "RATE_LIMITED" } });
    expect(stage.counters.ids.at(-1)).toBe(before);
    stage.edge.clock.advance(1000);
    client.call(max, "counters.create", { name: "x" });
    expect(code(await client.answer())).toBe("result");
  });

  test("P-SES11 a flood of calls ends its own session", async () => {
    const stage = new CallStage();
    const client = await stage.open("json");
    const other = await stage.open("json", "bob");
    for (let id = 0; id < 400; id++) client.call(id, "counters.create", { name: "x" });
    expect(await client.verdict()).toMatch(/^CALLS_FULL · .* · RATE_LIMITED · .*1008 FLOODING$/u);
    expect(await other.verdict()).toBe("open");
    expect(stage.calls.open).toBe(0);
  });

  test("[S-RPC7] a session that ends forgets its calls, and no answer is sent to the next one", async () => {
    const { operation: one, answer } = held();
    const stage = new CallStage([one]);
    const client = await stage.open("json");
    for (let id = 0; id < 3; id++) client.call(id, "held.one");
    await client.settle();
    client.client.memory.cut();
    const next = await stage.open("json", "ada");
    for (let i = 0; i < 3; i++) answer("late");
    next.call(0, "counters.count");
    expect(await next.answer()).toMatchObject({
      type: "result",
      payload: { output: { count: 0 } },
    });
    expect(await next.answer()).toBeUndefined();
    expect(stage.calls.open).toBe(0);
  });

  test("[S-RPC7] openCallsPerNode: a server is at so many, whoever asks", async () => {
    const { operation: one, answer } = held();
    const stage = new CallStage([one], { limits: { openCallsPerNode: 3 } });
    const [ada, bob] = [await stage.open("json"), await stage.open("json", "bob")];
    for (let id = 0; id < 2; id++) for (const client of [ada, bob]) client.call(id, "held.one");
    expect(await bob.answer()).toMatchObject({ id: 1, payload: { code: "CALLS_BUSY" } });
    answer("done");
    expect(await ada.answer()).toMatchObject({ id: 0, type: "result" });
    bob.call(1, "held.one");
    await bob.settle();
    expect(stage.calls.open).toBe(3);
  });
});

test("[S-RPC4] openCallsPerAccount: an account has so many on all its connections, others have their own", async () => {
  const { operation: one, calls, answer } = held();
  const stage = new CallStage([one]);
  const { openCallsPerAccount: most, openCalls: each } = limits;
  const clients = await Promise.all(
    Array.from({ length: most.value / each.value }, () => stage.open("json")),
  );
  for (const client of clients) for (let id = 0; id < each.value; id++) client.call(id, "held.one");
  await clients[0]!.settle();
  const more = await stage.open("binary");
  more.call(1, "held.one");
  expect(await more.answer()).toMatchObject({ id: 1, payload: { code: "CALLS_FULL" } });
  expect([calls.length, stage.calls.open]).toEqual([most.value, most.value]);
  const other = await stage.open("json", "bob");
  other.call(1, "counters.count");
  expect(code(await other.answer())).toBe("result");
  answer("done");
  expect(code(await clients[0]!.answer())).toBe("result");
  more.call(1, "held.one");
  await more.settle();
  expect(calls).toHaveLength(most.value + 1);
});

test("[S-RPC7] a call that has not begun when its session ends is not done", async () => {
  const { operation: one, calls } = held();
  const stage = new CallStage([one]);
  const client = await stage.open("json");
  for (let id = 0; id < 3; id++) client.call(id, "held.one");
  stage.edge.transport.deliver();
  expect([calls.length, stage.calls.open]).toEqual([0, 3]);
  client.client.memory.cut();
  await client.settle();
  expect([calls.length, stage.calls.open]).toEqual([0, 0]);
});

test("[S-RPC7] callAnswerBytesPerNode: readers who do not read hold so much, and what has no room is not begun", async () => {
  const { operation: one, calls, answer } = held();
  const { value: bytes } = limits.callAnswerBytes;
  const most = 5 * bytes;
  const stage = new CallStage([one], { limits: { callAnswerBytesPerNode: most } });
  const large = "x".repeat(bytes - 2);
  const names = ["ada", "bob", "cyd"];
  const clients = await Promise.all(names.map((name) => stage.open("json", name)));
  for (const client of clients) {
    client.client.memory.stall(true);
    for (let id = 0; id < limits.openCalls.value; id++) client.call(id, "held.one");
  }
  await clients[0]!.settle();
  // what runs counts as if it had the largest answer
  expect(calls).toHaveLength(5);
  for (let i = 0; i < 5; i++) answer(large);
  await clients[0]!.settle();
  expect([stage.calls.answerBytes, calls.length]).toEqual([most, 5]);
  const other = await stage.open("json", "dot");
  other.call(1, "held.one");
  expect(await other.answer()).toMatchObject({ payload: { code: "CALLS_BUSY" } });
  for (const client of clients) client.client.memory.cut();
  await other.settle();
  expect([stage.calls.answerBytes, stage.calls.open]).toEqual([0, 0]);
  other.call(1, "held.one");
  await other.settle();
  expect(calls).toHaveLength(6);
});

test("[S-RPC6] large answers wait until the client has taken what came before", async () => {
  const { operation: one, answer } = held();
  const stage = new CallStage([one]);
  const client = await stage.open("json");
  const { memory } = client.client;
  const { value: max } = limits.openCalls;
  for (let id = 0; id < max; id++) client.call(id, "held.one");
  await client.settle();
  memory.stall(true);
  const large = "x".repeat(limits.callAnswerBytes.value - 2);
  for (let id = 0; id < max; id++) answer(large);
  await client.settle();
  stage.edge.clock.advance(1000);
  // they are done, and yet count as open
  expect(stage.calls.open).toBe(max);
  for (const id of [98, 99]) client.call(id, "held.one");
  await client.settle();
  memory.stall(false);
  const told: [number | undefined, string | undefined][] = [];
  while (told.length <= max) {
    stage.edge.clock.advance(250);
    const next = await client.answer();
    told.push([next?.id, code(next)]);
  }
  const results = Array.from({ length: max }, (_, id) => [id, "result"]);
  expect(told).toEqual([results[0], [99, "CALLS_FULL"], ...results.slice(1)]);
  expect(await client.verdict()).toBe("open");
});

test("[S-RPC8] a call that fails is told as INTERNAL, ends nothing, and says nothing of its cause", async () => {
  const broken = operation({
    name: "broken.one",
    action: "server.read",
    route: { method: "POST", path: "/broken" },
    summary: "Fails.",
    input: z.strictObject({}),
    output: z.strictObject({}),
    errors: [],
    run: () => Promise.reject(new Error("the password is hunter2")),
  });
  const odd = { ...broken, name: "odd.one", run: async () => ({ secret: "hunter2" }) };
  const stage = new CallStage([broken, odd]);
  const client = await stage.open("json");
  for (const name of ["broken.one", "odd.one"]) {
    client.call(1, name);
    const told = await client.answer();
    expect(told).toMatchObject({ type: "error", id: 1, payload: { code: "INTERNAL" } });
    expect(JSON.stringify(told)).not.toContain("hunter2");
  }
  expect(stage.edge.log.of("error")).toMatchObject([
    { data: { operation: "broken.one" } },
    { data: { operation: "odd.one" } },
  ]);
  client.call(2, "counters.count");
  expect(code(await client.answer())).toBe("result");
});
