import type { Client, ClientEncoding, OperationInput, OperationName } from "@realmwright/client";
import { routes } from "@realmwright/client/internal";
import { RealmError } from "@realmwright/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AccountsServer, password } from "../testing/accounts-server.ts";
import type { FieldGame } from "../testing/field-game.ts";

const scripts = {
  count: `-- keys: count:{account}
return redis.call("INCRBY", KEYS[1], realm.arguments().by or 1)`,
  echo: "return ARGV[1]",
  refuse: `realm.refuse("TOO_POOR", "You have no gold.")`,
  secret: "-- callers: admin\nreturn 1",
};

/** Who asks, over HTTP and on a connection that has nothing else. */
interface Asker {
  readonly overHttp: Asks;
  readonly onConnection: Asks;
}

interface Asks {
  call<N extends OperationName>(
    name: N,
    input: OperationInput<N>,
    options?: { readonly key: string },
  ): Promise<unknown>;
}

/** What an operation answered, or all that its error says. */
async function told(work: Promise<unknown>): Promise<unknown> {
  try {
    return { output: await work };
  } catch (error) {
    expect(error).toBeInstanceOf(RealmError);
    const { action, code, problems, refusal, retryAfterMs, status } = error as RealmError;
    return { action, code, problems, refusal, retryAfterMs, status };
  }
}

const place = (key: string) => ({ owner: "me", collection: "saves", key });
const long = "x".repeat(3000);

/** One thing to ask for; `key` where it is asked for twice and done once. */
type Question = {
  [N in OperationName]: readonly [name: N, input: OperationInput<N>, key?: string];
}[OperationName];

/** Good and bad requests for every operation that a connection takes. */
function questions(other: string, nobody: string): readonly Question[] {
  const untilMs = 4_000_000_000_000;
  const write = { ...place("one"), value: { level: 1, text: "é😀", list: [null, 1.5, [true]] } };
  const bad = { account: "x" } as const;
  return [
    ["accounts.me", {}],
    ["accounts.rename", { name: "Zoë" }],
    ["accounts.rename", { name: "" }],
    ["accounts.read", { account: other }],
    ["accounts.read", { account: nobody }],
    ["accounts.read", bad],
    ["accounts.setRole", { account: other, role: "moderator" }],
    ["accounts.setRole", { account: other, role: "player" }],
    ["accounts.ban", { account: other, reason: "Rude.", untilMs }],
    ["accounts.ban", { account: nobody, reason: "Rude." }],
    ["accounts.unban", { account: other }],
    ["accounts.unban", bad],
    ["objects.write", write, "w-1"],
    ["objects.write", { ...write, value: { level: 2 } }, "w-1"],
    ["objects.write", { ...write, version: "0" }],
    ["objects.write", { ...write, value: { text: long } }, "w-2"],
    ["objects.read", place("one")],
    ["objects.read", place("none")],
    ["objects.read", { ...place("one"), owner: other }],
    ["objects.list", { owner: "me", collection: "saves" }],
    ["objects.list", { owner: "me", collection: "saves", count: 101 }],
    ["objects.batch", { operations: [{ op: "read", ...place("one") }] }],
    ["objects.batch", { operations: [] }],
    [
      "objects.batch",
      {
        operations: [
          { op: "write", ...place("two"), value: {}, readable: "anyone" },
          { op: "delete", ...place("one") },
        ],
      },
      "b-1",
    ],
    ["objects.delete", { ...place("two"), version: "0" }],
    ["objects.delete", place("two"), "d-1"],
    ["scripts.call", { script: "count", args: { by: 7 } }, "s-1"],
    ["scripts.call", { script: "count", args: { by: 8 } }, "s-1"],
    ["scripts.call", { script: "echo", args: ["é😀", null, { a: [1] }] }],
    ["scripts.call", { script: "echo" }],
    ["scripts.call", { script: "refuse" }],
    ["scripts.call", { script: "secret" }],
    ["scripts.call", { script: "none" }],
    ["scripts.call", { script: "" }],
    ["scripts.list", {}],
    ["media.token", { room: "field" }],
    ["media.token", { room: "" }],
  ];
}

describe.each([0, 2])("with %i edge threads", (edges) => {
  let home: AccountsServer;

  beforeEach(async () => {
    home = await AccountsServer.start(scripts, { edges });
  });
  afterEach(() => home.stop());

  async function asker(role: "player" | "admin", encoding: ClientEncoding): Promise<Asker> {
    const auth = role === "admin" ? await home.staff("admin") : home.auth();
    if (role === "player") await auth.register("ada", password);
    const http = () => Promise.reject(new Error("not this way"));
    const onConnection: Client<FieldGame> = await home.connect({
      token: await auth.token(),
      encoding,
      ports: { http },
    });
    return { overHttp: auth, onConnection };
  }

  test.each([
    ["player", "json"],
    ["admin", "msgpack"],
    ["admin", "binary"],
  ] as const)(
    "[S-RPC1 P-RPC2 C-RPC1] all operations answer a %s over HTTP and in %s the same",
    async (role, encoding) => {
      const other = await home.auth().register("other", password);
      const { overHttp, onConnection } = await asker(role, encoding);
      const all = questions(other.account, crypto.randomUUID());
      const outcomes = new Set<string>();
      for (const [name, input, key] of all) {
        const options = key === undefined ? undefined : { key };
        const byHttp = await told(overHttp.call(name, input, options));
        const here = await told(onConnection.call(name, input, options));
        expect([name, input, here]).toEqual([name, input, byHttp]);
        outcomes.add(`${name} ${Object.hasOwn(byHttp as object, "output") ? "done" : "refused"}`);
      }
      const taken = Object.entries(routes).filter(([, { over }]) => over !== "http");
      expect(new Set(all.map(([name]) => name))).toEqual(new Set(taken.map(([name]) => name)));
      // LiveKit is not there, and what reads one's own can not be refused
      const done = [...outcomes].filter((outcome) => outcome.endsWith("done"));
      if (role === "admin") expect(done).toHaveLength(taken.length - 1);
      else expect(done).toHaveLength(taken.length - 6);
    },
  );

  test("[S-RPC9 C-RPC1] many calls at once are each answered with their own", async () => {
    const { onConnection } = await asker("player", "binary");
    const echo = (n: number) => onConnection.call("scripts.call", { script: "echo", args: [n] });
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => echo(n)));
    expect(answers).toEqual(Array.from({ length: 8 }, (_, n) => [n]));
  });

  test("[S-RPC3] what ends a login is refused on a connection, and is done over HTTP", async () => {
    const auth = home.auth();
    await auth.register("ada", password);
    const client = await home.connect({ auth });
    const { ticket } = await client.call("accounts.ticket", {});
    expect(ticket).toHaveLength(22);
    await client.call("accounts.logout", {});
    expect(await told(auth.call("accounts.me", {}))).toMatchObject({ code: "SESSION_ENDED" });
  });

  test.each(["ban", "role", "logout"] as const)(
    "[S-RPC2] after a %s nothing more is done on the connection",
    async (ending) => {
      const auth = home.auth();
      const { account } = await auth.register("ada", password);
      const http = () => Promise.reject(new Error("not this way"));
      const client = await home.connect({ token: await auth.token(), ports: { http } });
      const write = (key: string) =>
        client.call("objects.write", { owner: "me", collection: "c", key, value: {} });
      await write("before");
      const admin = await home.staff("admin");
      if (ending === "ban") await admin.call("accounts.ban", { account, reason: "Rude." });
      else if (ending === "role") {
        await admin.call("accounts.setRole", { account, role: "moderator" });
      } else await auth.logout();
      await expect(write("after")).rejects.toBeInstanceOf(RealmError);
      const kept = await admin.call("objects.list", { owner: account, collection: "c" });
      expect(kept.objects.map(({ key }) => key)).toEqual(["before"]);
    },
  );
});
