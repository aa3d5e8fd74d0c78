import { limits, RealmError } from "@realmwright/protocol";
import { ByteWriter, codecs } from "@realmwright/protocol/internal";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { isOpen, rolesFor } from "../auth/authorize.ts";
import { roles } from "../auth/subject.ts";
import { limitValues } from "../session/limit-values.ts";
import type { SessionIdentity } from "../session/session-state.ts";
import { systemClock } from "../scheduler/system-clock.ts";
import { VirtualClock } from "../scheduler/virtual-clock.ts";
import { onEachDatabase } from "../sql/testing/on-each-database.ts";
import { operationsBench, subjectOf } from "../testing/operations-bench.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { IdentityBench } from "./accounts/testing/identity-bench.ts";
import { objectOperations } from "./objects/operations.ts";
import { Objects } from "./objects/objects.ts";
import { operation, type AnyOperation } from "./operation.ts";
import { OperationDesk } from "./operation-desk.ts";
import { SocketCalls, type CallOutcome, type SocketCall } from "./socket-calls.ts";

/** Inputs of somebody who tries. */
const hostile: readonly unknown[] = [
  null,
  1,
  "admin",
  [],
  [{}],
  { subject: { role: "admin" } },
  { role: "admin", constructor: { prototype: {} } },
  { account: { toString: "x" }, owner: ["me"], operations: [[]] },
];

/** Asks, and takes the answer. */
const ask = (calls: SocketCalls, call: SocketCall): Promise<CallOutcome> =>
  new Promise((resolve) => {
    const end = calls.call(call, (outcome) => {
      end();
      resolve(outcome);
    });
  });

const overHttpOnly = [
  "accounts.changePassword",
  "accounts.completeReset",
  "accounts.delete",
  "accounts.guest",
  "accounts.login",
  "accounts.logout",
  "accounts.logoutEverywhere",
  "accounts.refresh",
  "accounts.register",
  "accounts.requestReset",
  "accounts.ticket",
  "accounts.upgrade",
];

onEachDatabase((database) => {
  async function stand(): Promise<{
    readonly bench: IdentityBench;
    readonly operations: readonly AnyOperation[];
    readonly desk: OperationDesk;
    readonly calls: SocketCalls;
  }> {
    const bench = new IdentityBench(await database.open());
    const { clock, identity, log, store } = bench;
    const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
    const objects = objectOperations(new Objects(store, { clock, random }));
    const operations = [...identity.operations, ...objects];
    const desk = new OperationDesk(operations, clock);
    const subjectOf = (who: SessionIdentity) => identity.verifier.current(who);
    const calls = new SocketCalls({
      desk,
      subjectOf,
      limits: limitValues(),
      clock: systemClock(),
      log,
    });
    return { bench, operations, desk, calls };
  }

  const codeOf = (outcome: CallOutcome): string =>
    "error" in outcome ? outcome.error.code : "done";

  test("[S-RPC3] what gives, takes or ends a login is refused to sessions", async () => {
    const { bench, operations, calls } = await stand();
    const refused = operations.filter(({ over }) => over === "http").map(({ name }) => name);
    expect(refused.toSorted()).toEqual(overHttpOnly);
    const { token } = await bench.staff("admin");
    const identity = await bench.identity.verifier.verify(token);
    for (const name of refused) {
      const outcome = await ask(calls, { identity, address: "::1", operation: name, input: {} });
      expect([name, codeOf(outcome)]).toEqual([name, "HTTP_ONLY"]);
    }
    // whoever needs no token has no session
    for (const { action, name, over } of operations) {
      if (isOpen(action)) expect([name, over]).toEqual([name, "http"]);
    }
  });

  test("[S-RPC1] of every role and operation only those succeed that may", async () => {
    const { bench, operations } = await stand();
    const done: string[] = [];
    const spied = operations.map((one) => ({
      ...one,
      run: async () => {
        done.push(one.name);
        throw new RealmError("NOT_FOUND");
      },
    }));
    const desk = new OperationDesk(spied, bench.clock);
    const calls = new SocketCalls({
      desk,
      subjectOf: (who) => bench.identity.verifier.current(who),
      limits: limitValues(),
      clock: systemClock(),
      log: bench.log,
    });
    for (const role of roles) {
      const { token } = await bench.staff(role);
      const identity = await bench.identity.verifier.verify(token);
      // what the client's connection says of itself decides nothing
      const forged = { ...identity, role: "admin", account: identity.account, isGuest: false };
      for (const { action, name, over } of operations) {
        done.length = 0;
        const places = { owner: "me", collection: "c", key: "k", account: identity.account };
        const inputs = [{}, places, { ...places, role: "admin" }, ...hostile];
        for (const input of inputs) {
          for (const who of [identity, forged]) {
            const call = { identity: who, address: "192.0.2.1", operation: name, input };
            const code = codeOf(await ask(calls, call));
            if (over === "http") expect([name, code]).toEqual([name, "HTTP_ONLY"]);
            else if (!rolesFor(action).includes(role)) {
              expect([name, role, code]).toEqual([name, role, "FORBIDDEN"]);
            } else expect(code).toMatch(/^(?:NOT_FOUND|REQUEST_INVALID|RATE_LIMITED)$/u);
          }
        }
        const may = over !== "http" && rolesFor(action).includes(role);
        if (!may) expect([name, role, done]).toEqual([name, role, []]);
      }
    }
    expect(bench.log.of("error")).toEqual([]);
  });

  describe("[S-RPC2] a session asks as who it is now", () => {
    test("after a logout, a ban and a change of role as HTTP refuses its token", async () => {
      const { bench, calls } = await stand();
      const { token: admin } = await bench.staff("admin");
      const me = async (identity: SessionIdentity) =>
        codeOf(await ask(calls, { identity, address: "::1", operation: "accounts.me", input: {} }));
      const endings = {
        logout: (_account: string, token: string) => bench.ask("logout", {}, { token }),
        ban: (account: string) => bench.ask("ban", { account, reason: "Rude." }, { token: admin }),
        setRole: (account: string) =>
          bench.ask("setRole", { account, role: "moderator" }, { token: admin }),
      };
      for (const [name, end] of Object.entries(endings)) {
        const { account, token } = await bench.register(`who-${name.toLowerCase()}`);
        const identity = await bench.identity.verifier.verify(token);
        expect(await me(identity)).toBe("done");
        await end(account, token);
        const verdict = await bench.verdict(token);
        expect(verdict).toBe(name === "ban" ? "ACCOUNT_BANNED" : "SESSION_ENDED");
        expect([name, await me(identity)]).toEqual([name, verdict]);
      }
    });

    test("a session of a ticket asks as its account, one without a login not at all", async () => {
      const { bench, calls } = await stand();
      const { account, token } = await bench.register("ada");
      const { ticket } = await bench.ask("ticket", {}, { token });
      const identity = await bench.identity.tickets.take(ticket, undefined);
      const me = { address: "::1", operation: "accounts.me", input: {} };
      const outcome = await ask(calls, { ...me, identity });
      expect("output" in outcome && JSON.parse(outcome.output)).toMatchObject({ account });
      const { mark: _, ...bare } = identity;
      expect(codeOf(await ask(calls, { ...me, identity: bare }))).toBe("SESSION_ENDED");
    });
  });
});

test.each(["account", "address"] as const)(
  "[S-RPC1] HTTP and sessions share the count of a throttle by %s",
  async (by) => {
    const slow = operation({
      name: "slow.one",
      action: "server.read",
      route: { method: "POST", path: "/slow" },
      summary: "Is throttled.",
      input: z.strictObject({}),
      output: z.object({}),
      errors: [],
      throttle: { perMinute: 4, by },
      run: async () => ({}),
    });
    const desk = new OperationDesk([slow], new VirtualClock());
    const { app, log } = operationsBench([], subjectOf, desk);
    const who = await subjectOf("player");
    const calls = new SocketCalls({
      desk,
      subjectOf: async () => who,
      limits: limitValues(),
      clock: systemClock(),
      log,
    });
    const address = (last: number) => `192.0.2.${by === "address" ? 1 : last}`;
    const post = async (last: number) => {
      const headers = { host: "localhost", authorization: "Bearer player" };
      const remoteAddress = address(last);
      return (await app.inject({ method: "POST", url: "/slow", headers, remoteAddress }))
        .statusCode;
    };
    const call = (last: number) =>
      ask(calls, { identity: who, address: address(last), operation: "slow.one", input: {} });
    for (let last = 1; last < 4; last += 2) {
      expect(await call(last)).toEqual({ output: "{}" });
      expect(await post(last + 1)).toBe(200);
    }
    const error = { code: "RATE_LIMITED", retryAfterMs: 15_000 };
    expect(await call(5)).toMatchObject({ error });
    expect(await post(6)).toBe(429);
    await app.close();
  },
);

test("[S-RPC1] problems, refusals and their parts are cut to what messages hold, and not before", async () => {
  const problem = (more: number) => ({
    path: `/${"p".repeat(127 + more)}`,
    expected: "e".repeat(256 + more),
    got: "g".repeat(128 + more),
  });
  const most = limits.problems.value;
  const thrown = (more: number) => [
    new RealmError("REQUEST_INVALID", {
      problems: Array.from({ length: most + more }, () => problem(more)),
    }),
    new RealmError("SCRIPT_REFUSED", {
      refusal: { code: "C".repeat(64 + more), text: "t".repeat(512 + more) },
    }),
  ];
  for (const more of [0, 1]) {
    for (const error of thrown(more)) {
      const refusing = operation({
        name: "refusing.one",
        action: "server.read",
        route: { method: "POST", path: "/refusing" },
        summary: "Refuses.",
        input: z.strictObject({}),
        output: z.object({}),
        errors: [],
        run: () => Promise.reject(error),
      });
      const clock = systemClock();
      const calls = new SocketCalls({
        desk: new OperationDesk([refusing], clock),
        subjectOf: () => subjectOf("player"),
        limits: limitValues(),
        clock,
        log: new RecordedLog(),
      });
      const identity = await subjectOf("player");
      const outcome = await ask(calls, {
        identity,
        address: "::1",
        operation: "refusing.one",
        input: {},
      });
      if (!("error" in outcome)) throw new Error("it was done");
      const payload = outcome.error;
      if (more === 0) expect(payload).toEqual(error.toPayload("rpc"));
      else expect(JSON.stringify(payload)).toContain("…");
      for (const codec of Object.values(codecs)) {
        const out = new ByteWriter();
        codec.encode({ type: "error", id: 1, payload }, out, () => undefined);
        expect(codec.decode(out.toBytes(), "server")).toEqual([{ type: "error", id: 1, payload }]);
      }
    }
  }
});
