import { expect, test } from "vitest";
import type { SocketCall } from "../services/socket-calls.ts";
import { RemoteCaller } from "./remote-caller.ts";

const call: SocketCall = {
  identity: { account: "a", name: "A", role: "player" },
  address: "::1",
  operation: "objects.list",
  input: {},
};

function stand() {
  const asked: number[] = [];
  const ended: number[] = [];
  const caller = new RemoteCaller({
    ask: (request) => void asked.push(request),
    end: (request) => void ended.push(request),
  });
  const told: unknown[] = [];
  const ask = () => caller.call(call, (outcome) => void told.push(outcome));
  return { caller, asked, ended, told, ask };
}

test("[S-RPC9] an answer goes to who asked, once, and nothing of the call is kept", () => {
  const { caller, asked, told, ask } = stand();
  const end = [ask(), ask()][0]!;
  expect([asked.length, caller.size]).toEqual([2, 2]);
  caller.answered(asked[1]!, { output: "1" });
  caller.answered(asked[1]!, { output: "2" });
  caller.answered(99, { output: "3" });
  expect([told, caller.size]).toEqual([[{ output: "1" }], 1]);
  end();
  expect(caller.size).toBe(0);
});

test("[S-RPC9] the other thread hears of the end, and who has ended hears no answer", () => {
  const { caller, asked, ended, told, ask } = stand();
  ask()();
  expect(ended).toEqual(asked);
  caller.answered(asked[0]!, { output: "late" });
  expect([told, caller.size]).toEqual([[], 0]);
});
