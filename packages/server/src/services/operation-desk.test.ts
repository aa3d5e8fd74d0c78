import { RealmError } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Subject } from "../auth/subject.ts";
import { VirtualClock } from "../scheduler/virtual-clock.ts";
import { operation, type AnyOperation, type Throttle } from "./operation.ts";
import { OperationDesk } from "./operation-desk.ts";

const player: Subject = { account: "a", name: "A", role: "player", isGuest: false, session: "s1" };

function throttled(throttle: Throttle, action: AnyOperation["action"]): AnyOperation {
  return operation({
    name: "slow.one",
    action,
    route: { method: "POST", path: "/slow" },
    summary: "Is throttled.",
    input: z.strictObject({}),
    output: z.object({}),
    errors: [],
    throttle,
    run: async () => ({}),
  });
}

/** Asks, and answers how it went. */
function stand(by: Throttle["by"], action: AnyOperation["action"] = "server.read") {
  const one = throttled({ perMinute: 2, by }, action);
  const desk = new OperationDesk([one], new VirtualClock());
  return async (who: Partial<Subject> | undefined, address = "192.0.2.1"): Promise<string> => {
    const subject = async () => (who === undefined ? undefined : { ...player, ...who });
    const code = (error: unknown) => (error instanceof RealmError ? error.code : String(error));
    return await desk.admit(one, { address, subject }).then(() => "admitted", code);
  };
}

describe("[S-RPC1] a throttle by account", () => {
  test("is one for all logins of the account and all its addresses, and another's own", async () => {
    const ask = stand("account");
    expect(await ask({ session: "s1" }, "192.0.2.1")).toBe("admitted");
    expect(await ask({ session: "s2" }, "192.0.2.2")).toBe("admitted");
    expect(await ask({ session: "s3" }, "192.0.2.3")).toBe("RATE_LIMITED");
    expect(await ask({ account: "b", session: "s1" }, "192.0.2.1")).toBe("admitted");
  });

  test("takes nothing for what its account may not do", async () => {
    const ask = stand("account", "accounts.ban");
    for (let i = 0; i < 3; i++) expect(await ask({})).toBe("FORBIDDEN");
    for (let i = 0; i < 2; i++) expect(await ask({ role: "admin" })).toBe("admitted");
    expect(await ask({ role: "admin" })).toBe("RATE_LIMITED");
  });
});

test("[S-RPC1] a throttle by address takes before anybody is asked who it is", async () => {
  const ask = stand("address", "accounts.ban");
  for (let i = 0; i < 2; i++) expect(await ask(undefined)).toBe("AUTH_REQUIRED");
  expect(await ask({ role: "admin" })).toBe("RATE_LIMITED");
  expect(await ask({ role: "admin" }, "192.0.2.2")).toBe("admitted");
});
