import { describe, expect, test, vi } from "vitest";
import type { ClientPorts } from "../ports.ts";
import type { Auth } from "./auth.ts";
import { createAuth } from "./create-auth.ts";
import { FakeAccounts, SharedStorage } from "../testing/fake-accounts.ts";

const refresh = "/v1/sessions/refresh";

const unlocked: ClientPorts["lock"] = (_name, work) => work();

/** One device: its storage, its clock, and a server. */
class Device {
  readonly accounts = new FakeAccounts();
  readonly storage = new SharedStorage();
  readonly ended: unknown[] = [];
  readonly changes: (string | undefined)[] = [];
  nowMs = 1_700_000_000_000;
  #keys = 0;

  /** @param lock default: none, as in pages that are not on https. */
  tab(storage: SharedStorage | null = this.storage, lock: ClientPorts["lock"] = unlocked): Auth {
    const auth = createAuth({
      url: "ws://server/ws",
      storage,
      ports: {
        http: this.accounts.http,
        wallMs: () => this.nowMs,
        key: () => `key-${++this.#keys}`,
        lock,
      },
    });
    auth.onEnded(({ code }) => this.ended.push(code));
    auth.onChange((profile) => this.changes.push(profile?.account));
    return auth;
  }

  /** The server's next answers wait until it is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.accounts.delay = () => promise;
    return resolve;
  }

  /** As often as refresh tokens were traded. */
  get refreshes(): number {
    return this.accounts.paths().filter((path) => path === refresh).length;
  }
}

describe("C-ACC4 an access token", () => {
  test("serves until 30 s before its end, then the next one does", async () => {
    const device = new Device();
    const auth = device.tab();
    expect(await auth.login("ada", "right")).toMatchObject({ account: "ada", isGuest: false });
    const first = await auth.token();
    device.nowMs += 569_999;
    expect(await auth.token()).toBe(first);
    expect(device.refreshes).toBe(0);
    device.nowMs += 1;
    const second = await auth.token();
    expect(second).not.toBe(first);
    expect(device.accounts.isGood(second)).toBe(true);
    expect(await auth.token()).toBe(second);
    expect(device.refreshes).toBe(1);
  });

  test.each(["TOKEN_EXPIRED", "TOKEN_INVALID", "SESSION_ENDED"] as const)(
    "that is refused with %s is replaced, and the operation asked once more",
    async (code) => {
      const device = new Device();
      const auth = device.tab();
      await auth.login("ada", "right");
      device.accounts.faults.push(code);
      expect(await auth.call("accounts.me", {})).toMatchObject({ account: "ada" });
      expect(device.accounts.paths().slice(1)).toEqual([
        "/v1/accounts/me",
        refresh,
        "/v1/accounts/me",
      ]);
      const tokens = device.accounts.asked.map(({ headers }) => headers["authorization"]);
      expect(tokens[1]).not.toBe(tokens[3]);
      expect(device.ended).toEqual([]);
    },
  );

  test("is not replaced again and again", async () => {
    const device = new Device();
    const auth = device.tab();
    await auth.login("ada", "right");
    device.accounts.refusesTokens = true;
    await expect(auth.call("accounts.me", {})).rejects.toMatchObject({ code: "TOKEN_EXPIRED" });
    expect(device.refreshes).toBe(1);
  });

  test("whose clock is wrong by years is replaced when it is refused", async () => {
    const device = new Device();
    const auth = device.tab();
    await auth.login("ada", "right");
    device.nowMs -= 1e11;
    device.accounts.faults.push("TOKEN_EXPIRED");
    await auth.call("accounts.me", {});
    expect(device.refreshes).toBe(1);
  });
});

describe("C-ACC5 refreshes", () => {
  test("of one page are one", async () => {
    const device = new Device();
    const auth = device.tab();
    await auth.login("ada", "right");
    device.nowMs += 600_000;
    const tokens = await Promise.all([auth.token(), auth.token(), auth.call("accounts.me", {})]);
    expect(tokens[0]).toBe(tokens[1]);
    expect(device.refreshes).toBe(1);
  });

  test("of tabs at once are answered the same", async () => {
    const device = new Device();
    await device.tab().login("ada", "right");
    device.nowMs += 600_000;
    const tabs = [device.tab(), device.tab(), device.tab()];
    const tokens = await Promise.all(tabs.map((tab) => tab.token()));
    expect(new Set(tokens).size).toBe(1);
    expect(device.refreshes).toBe(3);
    device.nowMs += 600_000;
    for (const tab of tabs) expect(device.accounts.isGood(await tab.token())).toBe(true);
    // the first of them refreshed, the others took what it got
    expect(device.refreshes).toBe(4);
    expect(device.ended).toEqual([]);
  });

  test("whose answer is lost are asked for again", async () => {
    const device = new Device();
    const auth = device.tab();
    await auth.login("ada", "right");
    device.nowMs += 600_000;
    device.accounts.faults.push("lost answer");
    await expect(auth.token()).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    // the page is loaded anew meanwhile
    expect(device.accounts.isGood(await device.tab().token())).toBe(true);
    expect(device.accounts.isGood(await auth.token())).toBe(true);
  });

  test("of tabs at once are one, where there are locks", async () => {
    const device = new Device();
    let queue: Promise<unknown> = Promise.resolve();
    const lock: ClientPorts["lock"] = (_name, work) => {
      const mine = queue.then(work);
      queue = mine;
      return mine;
    };
    const tabs = [1, 2, 3].map(() => device.tab(device.storage, lock));
    await tabs[0]!.login("ada", "right");
    device.nowMs += 600_000;
    const tokens = await Promise.all(tabs.map((tab) => tab.token()));
    expect([new Set(tokens).size, device.refreshes]).toEqual([1, 1]);
  });

  test("that a logout overtakes bring no login back", async () => {
    const device = new Device();
    const [slow, quick] = [device.tab(), device.tab()];
    await quick.login("ada", "right");
    device.nowMs += 600_000;
    const release = device.hold();
    const late = slow.token().catch((error: unknown) => error);
    await vi.waitFor(() => expect(device.refreshes).toBe(1));
    device.accounts.delay = () => Promise.resolve();
    await quick.logout();
    release();
    expect(await late).toMatchObject({ code: "SESSION_ENDED" });
    expect(device.storage.items.size).toBe(0);
  });

  test("that a new login of the same account overtakes go on with that", async () => {
    const device = new Device();
    const [slow, quick] = [device.tab(), device.tab()];
    await quick.login("ada", "right");
    await slow.token();
    device.nowMs += 600_000;
    const release = device.hold();
    device.accounts.faults.push("REFRESH_INVALID");
    const late = slow.token();
    await vi.waitFor(() => expect(device.refreshes).toBe(1));
    device.accounts.delay = () => Promise.resolve();
    await quick.logout();
    await quick.login("ada", "right");
    release();
    expect(await late).toBe(await quick.token());
    expect(device.ended).toEqual([]);
  });

  test("whose answer is late do not put an older token back", async () => {
    const device = new Device();
    const [slow, quick] = [device.tab(), device.tab()];
    await quick.login("ada", "right");
    device.nowMs += 600_000;
    const release = device.hold();
    const late = slow.token();
    await vi.waitFor(() => expect(device.refreshes).toBe(1));
    device.accounts.delay = () => Promise.resolve();
    await quick.token();
    device.nowMs += 600_000;
    const newest = await quick.token();
    release();
    expect(await late).toBe(newest);
    device.nowMs += 600_000;
    expect(device.accounts.isGood(await slow.token())).toBe(true);
    expect(device.ended).toEqual([]);
  });

  test("have the lock of their login, where there is a storage to share", async () => {
    const device = new Device();
    const lock = vi.fn<(name: string, work: () => Promise<unknown>) => Promise<unknown>>(
      (_name, work) => work(),
    );
    const auth = createAuth({
      url: "ws://server/ws",
      storage: device.storage,
      ports: { http: device.accounts.http, lock: lock as never, wallMs: () => device.nowMs },
    });
    await auth.login("ada", "right");
    device.nowMs += 600_000;
    await auth.token();
    expect(lock.mock.calls.map(([name]) => name)).toEqual(["realmwright.login:ws://server/ws"]);
  });
});

describe("C-ACC6 the end of a login", () => {
  test.each([
    ["SESSION_ENDED", "REFRESH_INVALID"],
    ["ACCOUNT_BANNED", "ACCOUNT_BANNED"],
  ] as const)("is told once, as %s, when a refresh is refused with %s", async (code, refusal) => {
    const device = new Device();
    const auth = device.tab();
    await auth.login("ada", "right");
    device.nowMs += 600_000;
    device.accounts.faults.push(refusal);
    await expect(auth.token()).rejects.toMatchObject({ code });
    const asked = device.accounts.asked.length;
    await expect(auth.token()).rejects.toMatchObject({ code });
    await expect(auth.call("accounts.me", {})).rejects.toMatchObject({ code });
    expect(device.accounts.asked.length).toBe(asked);
    expect([device.ended, device.changes]).toEqual([[code], ["ada", undefined]]);
    expect([auth.profile, device.storage.items.size]).toEqual([undefined, 0]);
    // and another one may begin
    await auth.login("ada", "right");
    expect(device.accounts.isGood(await auth.token())).toBe(true);
  });

  test("comes with any operation that says that the account is banned", async () => {
    const device = new Device();
    const auth = device.tab();
    await auth.login("ada", "right");
    device.accounts.faults.push("ACCOUNT_BANNED");
    await expect(auth.rpc("buy")).rejects.toMatchObject({ code: "ACCOUNT_BANNED" });
    expect([device.ended, device.storage.items.size]).toEqual([["ACCOUNT_BANNED"], 0]);
  });

  test.each(["INTERNAL", "RATE_LIMITED", "STORE_UNAVAILABLE", "silence"] as const)(
    "is not %s",
    async (fault) => {
      const device = new Device();
      const auth = device.tab();
      await auth.login("ada", "right");
      device.nowMs += 600_000;
      device.accounts.faults.push(fault);
      const code = fault === "silence" ? "CONNECTION_LOST" : fault;
      await expect(auth.token()).rejects.toMatchObject({ code });
      expect(auth.profile).toMatchObject({ account: "ada" });
      expect(device.accounts.isGood(await auth.token())).toBe(true);
      expect(device.ended).toEqual([]);
    },
  );

  test("is noticed where the login is, on one tab or all", async () => {
    const device = new Device();
    const [one, other] = [device.tab(), device.tab()];
    await one.login("ada", "right");
    await other.token();
    await one.logout();
    await expect(other.call("accounts.me", {})).rejects.toMatchObject({ code: "SESSION_ENDED" });
    expect(device.ended).toEqual(["SESSION_ENDED"]);
  });
});

describe("C-ACC7 another account in another tab", () => {
  test("is none of a page that has used the one before", async () => {
    const device = new Device();
    const [one, other, idle] = [device.tab(), device.tab(), device.tab()];
    await one.login("ada", "right");
    await one.token();
    await other.login("bob", "right");
    expect(one.profile).toBeUndefined();
    await expect(one.token()).rejects.toMatchObject({ code: "SESSION_ENDED" });
    // which is no reason to throw the other out
    expect(other.profile).toMatchObject({ account: "bob" });
    expect(idle.profile).toMatchObject({ account: "bob" });
    expect(device.accounts.isGood(await other.token())).toBe(true);
  });
});

describe("C-ACC9 a logout", () => {
  test.each(["silence", "INTERNAL", "SESSION_ENDED", "ACCOUNT_BANNED"] as const)(
    "is forgotten here, also at %s",
    async (fault) => {
      const device = new Device();
      const auth = device.tab();
      await auth.login("ada", "right");
      device.accounts.endAll();
      device.accounts.faults.push(fault);
      const gone = auth.logout();
      if (fault === "silence" || fault === "INTERNAL") await expect(gone).rejects.toThrow();
      else await gone;
      expect([auth.profile, device.storage.items.size]).toEqual([undefined, 0]);
      await expect(auth.token()).rejects.toMatchObject({ code: "AUTH_REQUIRED" });
    },
  );

  test("is none of who logs in next in another tab", async () => {
    const device = new Device();
    const [one, other] = [device.tab(), device.tab()];
    await one.login("ada", "right");
    await one.logout();
    await other.login("bob", "right");
    expect([one.profile, other.profile?.account]).toEqual([undefined, "bob"]);
    await expect(one.token()).rejects.toMatchObject({ code: "AUTH_REQUIRED" });
    await one.logout();
    expect(other.profile?.account).toBe("bob");
  });

  test("ends nobody's login where nobody is logged in", async () => {
    const device = new Device();
    const auth = device.tab(null);
    await auth.logout();
    await auth.logoutEverywhere();
    expect(device.accounts.asked).toEqual([]);
    await auth.guest();
    expect(auth.profile).toMatchObject({ isGuest: true });
  });
});

test("C-ACC10 who is not logged in asks for nothing", async () => {
  const device = new Device();
  const auth = device.tab();
  await expect(auth.call("accounts.me", {})).rejects.toMatchObject({ code: "AUTH_REQUIRED" });
  await expect(auth.token()).rejects.toMatchObject({ code: "AUTH_REQUIRED" });
  expect(device.accounts.asked).toEqual([]);
});

test("C-ACC10 a login that is refused leaves everything as it was", async () => {
  const device = new Device();
  const auth = device.tab();
  await expect(auth.login("ada", "wrong")).rejects.toMatchObject({ code: "LOGIN_REFUSED" });
  expect([auth.profile, device.storage.items.size, device.changes]).toEqual([undefined, 0, []]);
  await auth.login("ada", "right");
  await expect(auth.login("bob", "wrong")).rejects.toMatchObject({ code: "LOGIN_REFUSED" });
  expect(auth.profile).toMatchObject({ account: "ada" });
});

test("C-ACC5 each refresh token has a key of its own, also where it is traded again", async () => {
  const device = new Device();
  const auth = device.tab();
  await auth.login("ada", "right");
  for (let i = 0; i < 3; i++) {
    device.nowMs += 600_000;
    device.accounts.faults.push("lost answer");
    await expect(auth.token()).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    await device.tab().token();
  }
  const trades = device.accounts.asked.filter(({ url }) => url.endsWith(refresh));
  const keys = trades.map(({ headers }) => headers["idempotency-key"]);
  expect([keys.length, new Set(keys).size]).toEqual([6, 3]);
});
