import { type Auth, type Client, connect, createAuth } from "@realmwright/client";
import { routes } from "@realmwright/client/internal";
import { createLog, createServer } from "@realmwright/server";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AccountsServer, DeviceStorage, password } from "../testing/accounts-server.ts";
import { type FieldGame, fieldGame } from "../testing/field-game.ts";
import { until } from "../testing/until.ts";

let home: AccountsServer;

beforeEach(async () => {
  home = await AccountsServer.start({ buy, gifts: "return {ARGV[1], 5}" });
});
afterEach(() => home.stop());

const buy = `-- keys: purse:{account}
-- bind: player=account
local wish = realm.arguments()
local gold = redis.call("HINCRBY", KEYS[1], "gold", -wish.price)
if gold < -10 then realm.refuse("TOO_POOR", "You have no gold.") end
return cjson.encode({ player = wish.player, item = wish.item, gold = gold })
`;

/** Minutes after which no access token does any more. */
const longMs = 12 * 60_000;

describe("C-ACC4 a registered player", () => {
  test("plays on with a token of its own time, in the same seat", async () => {
    const auth = home.auth();
    const { account } = await auth.register("ada", password, "Ada");
    const client = await home.connect({ auth });
    expect([client.account, client.name]).toEqual([account, "Ada"]);
    const room = await client.join("field");
    home.turn(longMs);
    home.cut();
    const isBack = (): boolean => client.stats.reconnects > 0 && client.state === "open";
    await until(() => (isBack() && room.isLive) || client.state);
    expect(client.isResumed).toBe(true);
    expect(await client.call("accounts.me", {})).toMatchObject({ account, username: "ada" });
  });

  test("is back on another day, from what its device has kept", async () => {
    const device = new DeviceStorage();
    const profile = await home.auth(device).register("ada", password);
    home.turn(29 * 86_400_000);
    const auth = home.auth(device);
    expect(auth.profile).toEqual(profile);
    const client = await home.connect({ auth });
    expect(client.account).toBe(profile.account);
    home.turn(31 * 86_400_000);
    await expect(home.connect({ auth: home.auth(device) })).rejects.toMatchObject({
      code: "SESSION_ENDED",
    });
    expect(device.items.size).toBe(0);
  });

  test("whose role changes plays on in its seat, with the new role", async () => {
    const admin = await home.staff("admin");
    const auth = home.auth();
    const { account } = await auth.register("ada", password);
    const client = await home.connect({ auth });
    const room = await client.join("field");
    await admin.call("accounts.setRole", { account, role: "moderator" });
    const isBack = (): boolean => client.stats.reconnects > 0 && client.state === "open";
    await until(() => (isBack() && room.isLive) || client.state);
    expect(client.isResumed).toBe(true);
    expect(auth.profile).toMatchObject({ role: "moderator" });
  });

  test("has the role of today after a change of roles", async () => {
    const admin = await home.staff("admin");
    const auth = home.auth();
    const ended: unknown[] = [];
    auth.onEnded((error) => ended.push(error));
    const { account } = await auth.register("ada", password);
    await auth.call("accounts.me", {});
    await admin.call("accounts.setRole", { account, role: "moderator" });
    expect(await auth.call("accounts.me", {})).toMatchObject({ role: "moderator" });
    expect(auth.profile).toMatchObject({ role: "moderator" });
    expect(ended).toEqual([]);
  });
});

describe("C-ACC9 what one does with one's account", () => {
  test("a guest becomes somebody, and keeps account, login and connection", async () => {
    const client = await home.connect({ guest: { name: "Ada" } });
    const { account } = client;
    await client.call("objects.write", {
      owner: "me",
      collection: "saves",
      key: "one",
      value: { gold: 3 },
    });
    const upgraded = await client.auth.upgrade("ada", password);
    expect(upgraded).toEqual({
      account,
      name: "Ada",
      username: "ada",
      role: "player",
      isGuest: false,
    });
    expect(client.auth.profile).toEqual(upgraded);
    home.turn(longMs);
    expect(await client.auth.refresh()).toEqual(upgraded);
    const elsewhere = home.auth();
    await elsewhere.login("ADA", password);
    const save = { owner: "me", collection: "saves", key: "one" } as const;
    expect((await elsewhere.call("objects.read", save)).value).toEqual({ gold: 3 });
    await expect(client.auth.upgrade("bob", password)).rejects.toMatchObject({
      code: "GUEST_ONLY",
    });
  });

  test("another name is told to who listens, kept, and what the next connection has", async () => {
    const client = await home.connect({ guest: { name: "Ada" } });
    const told: (string | undefined)[] = [];
    client.auth.onChange((profile) => told.push(profile?.name));
    const renamed = await client.auth.rename("Ada L.");
    expect(renamed).toMatchObject({ account: client.account, name: "Ada L.", isGuest: true });
    expect([told, client.auth.profile]).toEqual([["Ada L."], renamed]);
    const elsewhere = await home.connect({ auth: client.auth });
    expect(elsewhere.name).toBe("Ada L.");
    await expect(client.auth.rename("\u202e")).rejects.toMatchObject({ code: "NAME_INVALID" });
    expect(client.auth.profile).toEqual(renamed);
  });

  test("a new password ends all other logins", async () => {
    const [here, there] = [home.auth(), home.auth()];
    await here.register("ada", password);
    await there.login("ada", password);
    const ended: string[] = [];
    there.onEnded(({ code }) => ended.push(code));
    const next = "another horse battery";
    await expect(here.changePassword("wrong", next)).rejects.toMatchObject({
      code: "LOGIN_REFUSED",
    });
    await here.changePassword(password, next);
    expect(await here.call("accounts.me", {})).toMatchObject({ username: "ada" });
    await expect(there.call("accounts.me", {})).rejects.toMatchObject({ code: "SESSION_ENDED" });
    expect(ended).toEqual(["SESSION_ENDED"]);
    await there.login("ada", next);
    await here.logoutEverywhere();
    await expect(there.call("accounts.me", {})).rejects.toMatchObject({ code: "SESSION_ENDED" });
    await here.login("ada", next);
    await expect(here.deleteAccount("wrong")).rejects.toMatchObject({ code: "LOGIN_REFUSED" });
    await here.deleteAccount(next);
    expect(here.profile).toBeUndefined();
    await expect(here.login("ada", next)).rejects.toMatchObject({ code: "LOGIN_REFUSED" });
  });

  test("a logged-out device is out", async () => {
    const device = new DeviceStorage();
    const auth = home.auth(device);
    await auth.register("ada", password);
    const token = await auth.token();
    await auth.logout();
    expect(device.items.size).toBe(0);
    await expect(home.backend.identity.verifier.verify(token)).rejects.toMatchObject({
      code: "SESSION_ENDED",
    });
    await expect(home.connect({ auth })).rejects.toMatchObject({ code: "AUTH_REQUIRED" });
  });
});

describe("C-ACC6 a connection whose login ends", () => {
  const play = async (auth: Auth): Promise<{ reasons: string[]; client: Client<FieldGame> }> => {
    const client = await home.connect({ auth });
    await client.join("field");
    const reasons: string[] = [];
    client.onClosed((error) => reasons.push(`closed ${error?.code}`));
    auth.onEnded(({ code }) => reasons.push(`ended ${code}`));
    return { reasons, client };
  };

  test("elsewhere closes, and does not come back", async () => {
    const [here, there] = [home.auth(), home.auth()];
    await here.register("ada", password);
    await there.login("ada", password);
    const { reasons, client } = await play(there);
    const { client: mine } = await play(here);
    await here.changePassword(password, "another horse battery");
    await until(() => client.state === "closed" || client.state);
    expect(reasons).toEqual(["ended SESSION_ENDED", "closed SESSION_ENDED"]);
    expect(mine.state).toBe("open");
  });

  test("by a ban is told so", async () => {
    const moderator = await home.staff("moderator");
    const auth = home.auth();
    const { account } = await auth.register("ada", password);
    const { reasons, client } = await play(auth);
    await moderator.call("accounts.ban", { account, reason: "Rude." });
    await until(() => client.state === "closed" || client.state);
    expect(reasons).toEqual(["ended ACCOUNT_BANNED", "closed ACCOUNT_BANNED"]);
  });

  test("by a logout closes without another word", async () => {
    const auth = home.auth();
    await auth.register("ada", password);
    const { reasons, client } = await play(auth);
    await auth.logout();
    await until(() => client.state === "closed" || client.state);
    expect(reasons).toEqual(["closed SESSION_ENDED"]);
  });
});

test("C-ACC6 a ban is told as what it is, and is over when its time is", async () => {
  const moderator = await home.staff("moderator");
  const auth = home.auth();
  const { account } = await auth.register("ada", password);
  const ended: string[] = [];
  auth.onEnded(({ code }) => ended.push(code));
  const untilMs = Date.now() + 3_600_000;
  const record = await moderator.call("accounts.ban", { account, reason: "Rude.", untilMs });
  expect(record.ban).toEqual({ reason: "Rude.", untilMs });
  await expect(auth.rpc("buy")).rejects.toMatchObject({ code: "ACCOUNT_BANNED" });
  expect(ended).toEqual(["ACCOUNT_BANNED"]);
  const refused = auth.login("ada", password);
  await expect(refused).rejects.toMatchObject({ code: "ACCOUNT_BANNED" });
  home.turn(3_600_001);
  expect(await auth.login("ada", password)).toMatchObject({ account });
});

describe("C-ACC1 operations", () => {
  test("of a game's objects, with versions and keys", async () => {
    const client = await home.connect({ guest: {} });
    const place = { owner: "me", collection: "saves", key: "slot:1" } as const;
    const write = { ...place, value: { level: 1 }, version: null };
    const first = await client.call("objects.write", write, { key: "work-1" });
    expect(await client.call("objects.write", write, { key: "work-1" })).toEqual(first);
    await expect(client.call("objects.write", write)).rejects.toMatchObject({
      code: "OBJECT_CHANGED",
    });
    const { results } = await client.call("objects.batch", {
      operations: [
        { op: "read", ...place },
        { op: "write", ...place, key: "b", value: {} },
      ],
    });
    expect(results[0]).toMatchObject({ op: "read", object: { value: { level: 1 } } });
    const page = await client.call("objects.list", { owner: "me", collection: "saves", count: 1 });
    expect(page.objects.map(({ key }) => key)).toEqual(["b"]);
    const { cursor = "" } = page;
    const rest = await client.call("objects.list", { owner: "me", collection: "saves", cursor });
    expect(rest.objects.map(({ key }) => key)).toEqual(["slot:1"]);
    await client.call("objects.delete", { ...place, version: first.version });
    await expect(client.call("objects.read", place)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("of its scripts", async () => {
    const client = await home.connect({ guest: {} });
    const wish = { item: "sword", price: 7, player: "somebody else" };
    const bought = { player: client.account, item: "sword", gold: -7 };
    expect(await client.rpc("buy", wish, { key: "work-2" })).toEqual(bought);
    expect(await client.rpc("buy", wish, { key: "work-2" })).toEqual(bought);
    await expect(client.rpc("buy", wish)).rejects.toMatchObject({
      code: "SCRIPT_REFUSED",
      refusal: { code: "TOO_POOR", text: "You have no gold." },
    });
    expect(await client.rpc("gifts", [1, null])).toEqual(["[1,null]", 5]);
    await expect(client.rpc("none")).rejects.toMatchObject({ code: "SCRIPT_UNKNOWN" });
    await expect(client.call("scripts.list", {})).rejects.toMatchObject({ code: "FORBIDDEN" });
    const admin = await home.staff("admin");
    const { scripts } = await admin.call("scripts.list", {});
    expect(scripts.map(({ name, version }) => [name, version])).toEqual([
      ["buy", 1],
      ["gifts", 1],
    ]);
  });

  interface Described {
    readonly operationId: string;
    readonly security?: readonly object[];
    readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  }

  test("are those of the server, each in its place", async () => {
    const answer = await fetch(`${home.server.url}/openapi.json`);
    const { paths } = (await answer.json()) as {
      paths: Record<string, Record<string, Described>>;
    };
    const described = Object.values(paths).flatMap((methods) => Object.values(methods));
    for (const [name, route] of Object.entries(routes)) {
      const path = route.path.replaceAll(/:(\w+)/gu, "{$1}");
      const found = paths[path]?.[route.method.toLowerCase()];
      expect(found?.operationId.replace(/\.alias\d+$/u, ""), path).toBe(name);
      const isOpen = found?.security?.every((way) => Object.keys(way).length === 0);
      expect(isOpen, `${name} needs no token`).toBe(route.isOpen === true);
      const query = found?.parameters?.filter((of) => of.in === "query").map((of) => of.name);
      if (route.method !== "GET") expect(query ?? [], name).toEqual(route.query ?? []);
    }
    for (const { name, over, takesKey } of home.backend.services.operations ?? []) {
      const route = routes[name as keyof typeof routes];
      expect([name, route.over, route.takesKey]).toEqual([name, over, takesKey]);
    }
    const ids = described.map(({ operationId }) => operationId.replace(/\.alias\d+$/u, ""));
    expect(new Set(ids)).toEqual(new Set(Object.keys(routes)));
  });
});

test.each(["binary", "msgpack", "json"] as const)(
  "C-ACC11 a website gives its page tickets, which plays in %s and has no token",
  async (encoding) => {
    const website = home.auth();
    const { account } = await website.register("ada", password);
    const ticketProvider = async (): Promise<string> =>
      (await website.call("accounts.ticket", {})).ticket;
    const client = await home.connect({ ticketProvider, encoding });
    expect(client.account).toBe(account);
    const { seat } = await client.join("field");
    home.cut();
    await until(() => (client.stats.reconnects > 0 && client.state === "open") || client.state);
    expect(client.rooms).toEqual([]);
    expect((await client.join("field")).seat).toBe(seat);
    const used = (await website.call("accounts.ticket", {})).ticket;
    await home.connect({ ticketProvider: () => used });
    await expect(home.connect({ ticketProvider: () => used })).rejects.toMatchObject({
      code: "TICKET_INVALID",
    });
  },
);

test("C-CON8 C-ACC2 a server without accounts has guests for a day, and says so of the rest", async () => {
  const plain = createServer({
    game: fieldGame(),
    secret: new Uint8Array(32).fill(3),
    http: { port: 0 },
    log: createLog({ level: "silent" }),
  });
  await plain.start();
  try {
    const client = await connect({ url: plain.url, guest: { name: "Ada" } });
    expect(client.auth.profile).toMatchObject({ account: client.account, name: "Ada" });
    await expect(client.rpc("buy")).rejects.toMatchObject({ code: "SCRIPTING_OFF" });
    await expect(client.auth.upgrade("ada", password)).rejects.toMatchObject({
      code: "METHOD_REFUSED",
    });
    client.close();
    const auth = createAuth({ url: plain.url });
    await auth.guest("Bob");
    const bob = await connect({ auth });
    expect(bob.name).toBe("Bob");
    bob.close();
  } finally {
    await plain.stop();
  }
});
