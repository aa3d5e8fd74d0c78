import { limits, RealmError, type LimitName } from "@realmwright/protocol";
import { expect, test } from "vitest";
import type { CallOutcome, SocketCall } from "../services/socket-calls.ts";
import { EdgeStage, type StageClient } from "../testing/edge-stage.ts";

const large = JSON.stringify("x".repeat(limits.callAnswerBytes.value - 2));
const { value: stuckMs } = limits.callAnswerStuckMs;

/** Answers when the test says so, also calls that have ended. */
class HeldCaller {
  readonly calls: { answered: (outcome: CallOutcome) => void; ends: number }[] = [];

  call = (_: SocketCall, answered: (outcome: CallOutcome) => void): (() => void) => {
    const call = { answered, ends: 0 };
    this.calls.push(call);
    return () => void call.ends++;
  };

  get ends(): number[] {
    return this.calls.map(({ ends }) => ends);
  }
}

async function stand(
  count: number,
  overrides: Partial<Record<LimitName, number>> = {},
  options: { kernelBytes?: number } = {},
): Promise<{ caller: HeldCaller; stage: EdgeStage; client: StageClient }> {
  const caller = new HeldCaller();
  const stage = new EdgeStage(overrides, caller);
  const client = await stage.open("json", "ada", options);
  for (let id = 0; id < count; id++) {
    client.send({ type: "rpc", id, payload: { operation: "objects.list" } });
  }
  await stage.settle();
  return { caller, stage, client };
}

test("[S-RPC7] a call is open until its answer was taken, and ends once", async () => {
  const { caller, stage, client } = await stand(3);
  client.memory.stall(true);
  for (const { answered } of caller.calls) answered({ output: large });
  await stage.settle();
  // the first is on its way
  expect(caller.ends).toEqual([0, 0, 0]);
  client.memory.stall(false);
  for (let i = 0; i < 8; i++) {
    stage.clock.advance(250);
    await stage.settle();
  }
  expect(client.all("result").map((of) => JSON.stringify(of.payload.output).length)).toEqual(
    Array.from({ length: 3 }, () => large.length),
  );
  expect(caller.ends).toEqual([1, 1, 1]);
  client.memory.cut();
  await stage.settle();
  expect(caller.ends).toEqual([1, 1, 1]);
});

test("[S-RPC6] what was taken makes room for the next answer at once, not at the next look at all sessions", async () => {
  const { caller, stage, client } = await stand(3, {}, { kernelBytes: 1e9 });
  for (const { answered } of caller.calls) answered({ output: large });
  const startMs = stage.clock.nowMs();
  for (let i = 0; i < 4; i++) await stage.settle();
  expect(stage.clock.nowMs()).toBe(startMs);
  expect(client.all("result")).toHaveLength(3);
});

test("[S-RPC6] callAnswerStuckMs: a client that takes no answer for so long is closed, one that takes some is not", async () => {
  // it takes other things so slowly that only its answers tell
  const patience = { outQueueStuckMs: 1e9, pingIntervalMs: 1e9 };
  const { caller, stage, client } = await stand(8, patience);
  const other = await stage.open("json", "bob");
  other.send({ type: "rpc", id: 1, payload: { operation: "objects.list" } });
  await stage.settle();
  client.memory.stall(true);
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 250) {
      stage.clock.advance(250);
      await stage.settle();
    }
  };
  for (const { answered } of caller.calls.slice(0, 8)) answered({ output: large });
  await pass(stuckMs);
  expect(client.memory.closedWith).toBeUndefined();
  // one is taken: it has as long for the next
  client.memory.stall(false);
  await stage.settle();
  client.memory.stall(true);
  await pass(stuckMs);
  expect(stage.edge.counters.closed).toEqual({});
  await pass(500);
  expect(stage.edge.counters.closed).toEqual({ TOO_SLOW: 1 });
  expect(caller.ends).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0]);
  // the other waits for its answer, and the server for nothing
  expect(await other.verdict()).toBe("open");
});

test("[S-RPC7] nothing of a session that is over is left: not its ids, not its answers, and none is counted", async () => {
  const { caller, stage, client } = await stand(3);
  client.memory.stall(true);
  caller.calls[0]!.answered({ output: large });
  caller.calls[1]!.answered({ output: large });
  await stage.settle();
  client.memory.cut();
  await stage.settle();
  expect(caller.ends).toEqual([1, 1, 1]);
  const { refused, writes } = stage.edge.counters;
  const before = [JSON.stringify(refused), writes];
  caller.calls[2]!.answered({ error: new RealmError("FORBIDDEN").toPayload("rpc") });
  for (let i = 0; i < 4; i++) {
    stage.clock.advance(250);
    await stage.settle();
  }
  expect([JSON.stringify(refused), writes]).toEqual(before);
  expect(caller.ends).toEqual([1, 1, 1]);
});

test("[S-RPC1] a refused call is counted as one, by its code", async () => {
  const { caller, stage, client } = await stand(2);
  caller.calls[0]!.answered({ error: new RealmError("FORBIDDEN").toPayload("rpc") });
  caller.calls[1]!.answered({ output: "1" });
  await stage.settle();
  expect(stage.edge.counters.refused).toEqual({ FORBIDDEN: 1 });
  expect(client.all("error")).toMatchObject([{ id: 0, payload: { code: "FORBIDDEN" } }]);
});
