import { describe, expect, test } from "vitest";
import type { Role, Subject } from "../../auth/subject.ts";
import { newAccount } from "./new-account.ts";
import { checkBanner, rotationOf, type LoginSession } from "./rules.ts";

const session: LoginSession = {
  id: "s",
  account_id: "a",
  generation: 5,
  secret_hash: "newest",
  request_hash: "request",
  rotated_ms: 1000,
  expires_ms: 100_000,
};
const at = { nowMs: 2000, graceMs: 5000 };

describe("[S-AUTH15] a refresh token", () => {
  test.each([
    ["the newest one", 5, "newest", undefined, "next"],
    ["the newest one's number with another secret", 5, "other", undefined, "refused"],
    ["the last one with its request", 4, "old", "request", "again"],
    ["the last one with another request", 4, "old", "another", "reused"],
    ["the last one without a request", 4, "old", undefined, "reused"],
    ["an older one with the last one's request", 3, "old", "request", "reused"],
    ["one that is yet to be given", 6, "newest", "request", "refused"],
    ["one of long after", 600, "other", undefined, "refused"],
  ])("%s", (_which, generation, secretHash, requestHash, verdict) => {
    expect(rotationOf(session, { generation, secretHash, requestHash }, at)).toBe(verdict);
  });

  test("is refused at the end of its session, and known as used after the grace", () => {
    const newest = { generation: 5, secretHash: "newest", requestHash: undefined };
    expect(rotationOf(session, newest, { ...at, nowMs: 99_999 })).toBe("next");
    expect(rotationOf(session, newest, { ...at, nowMs: 100_000 })).toBe("refused");
    const last = { generation: 4, secretHash: "old", requestHash: "request" };
    expect(rotationOf(session, last, { ...at, nowMs: 6000 })).toBe("again");
    expect(rotationOf(session, last, { ...at, nowMs: 6001 })).toBe("reused");
  });
});

describe("[S-AUTH17] nobody bans itself", () => {
  const by = (role: Role): Subject => ({
    account: "a",
    name: "Ada",
    role,
    isGuest: false,
    session: "s",
  });

  // as who was given a lower role a moment ago
  test.each(["admin", "moderator"] as const)("nor one who still counts as %s", (role) => {
    const account = newAccount("a", "Ada", 0);
    expect(() => checkBanner(by(role), account)).toThrow(/FORBIDDEN/u);
    expect(() => checkBanner(by(role), { ...account, id: "b" })).not.toThrow();
  });
});
