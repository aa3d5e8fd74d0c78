import { expect, test } from "vitest";
import {
  type ConnectionEffect,
  connectionEvents,
  type ConnectionState,
  connectionStates,
  connectionTable,
} from "./state-table.ts";

/** Every transition that does something, as the diagram has them. */
const transitions: Readonly<Record<string, readonly [ConnectionState, ...ConnectionEffect[]]>> = {
  "idle connect": ["connecting", "openSocket"],
  "idle refused": ["closed", "finish"],
  "idle close": ["closed", "finish"],
  "connecting opened": ["authenticating", "sendAuth"],
  "connecting dropped": ["waiting", "dropSocket", "scheduleRetry"],
  "connecting stalled": ["waiting", "dropSocket", "scheduleRetry"],
  "connecting reauthenticate": ["waiting", "dropSocket", "forgetToken", "scheduleRetry"],
  "connecting refused": ["closed", "dropSocket", "finish"],
  "connecting close": ["closed", "dropSocket", "finish"],
  "authenticating welcomed": ["open", "startPings"],
  "authenticating dropped": ["waiting", "dropSocket", "scheduleRetry"],
  "authenticating stalled": ["waiting", "dropSocket", "scheduleRetry"],
  "authenticating reauthenticate": ["waiting", "dropSocket", "forgetToken", "scheduleRetry"],
  "authenticating refused": ["closed", "dropSocket", "finish"],
  "authenticating close": ["closed", "dropSocket", "finish"],
  "open dropped": ["waiting", "dropSocket", "scheduleRetry"],
  "open stalled": ["waiting", "dropSocket", "scheduleRetry"],
  "open reauthenticate": ["waiting", "dropSocket", "forgetToken", "scheduleRetry"],
  "open online": ["open", "probe"],
  "open refused": ["closed", "dropSocket", "finish"],
  "open close": ["closed", "dropSocket", "finish"],
  "waiting connect": ["connecting", "cancelWait", "openSocket"],
  "waiting reauthenticate": ["waiting", "forgetToken"],
  "waiting due": ["connecting", "openSocket"],
  "waiting online": ["connecting", "cancelWait", "openSocket"],
  "waiting refused": ["closed", "cancelWait", "finish"],
  "waiting close": ["closed", "cancelWait", "finish"],
};

test("C-CON1 every state decides about every event, as drawn", () => {
  let decided = 0;
  for (const state of connectionStates) {
    for (const event of connectionEvents) {
      const [to, ...effects] = transitions[`${state} ${event}`] ?? [state];
      expect(connectionTable[state][event], `${state} ${event}`).toEqual({ to, effects });
      decided++;
    }
  }
  expect(decided).toBe(60);
  expect(Object.keys(transitions).filter((name) => !isCell(name))).toEqual([]);
});

test("C-CON1 what leaves a socket behind drops it, and only closed is final", () => {
  const withSocket = new Set<ConnectionState>(["connecting", "authenticating", "open"]);
  for (const state of connectionStates) {
    const leads = new Set<ConnectionState>();
    for (const event of connectionEvents) {
      const { to, effects } = connectionTable[state][event];
      if (withSocket.has(state) && !withSocket.has(to)) expect(effects).toContain("dropSocket");
      if (to === "waiting" && state !== "waiting") expect(effects).toContain("scheduleRetry");
      if (to !== state) leads.add(to);
    }
    expect(leads.size > 0, state).toBe(state !== "closed");
  }
});

function isCell(name: string): boolean {
  const [state, event] = name.split(" ");
  return (
    connectionStates.some((known) => known === state) &&
    connectionEvents.some((known) => known === event)
  );
}
