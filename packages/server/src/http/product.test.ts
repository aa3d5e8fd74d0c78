import { expect, test } from "vitest";
import { GuestLogin } from "../auth/guest-login.ts";
import { roles, type Role } from "../auth/subject.ts";
import { IdentityBench, password, rules } from "../services/accounts/testing/identity-bench.ts";
import { limitValues } from "../session/limit-values.ts";
import { onEachDatabase } from "../sql/testing/on-each-database.ts";
import type { Caller } from "../testing/described-api.ts";
import { explore, type Exploration } from "../testing/explore.ts";
import { appSender, operationsBench } from "../testing/operations-bench.ts";
import { openApiDocument } from "./openapi.ts";
import { operationsOf } from "./services.ts";

/** Requests for each path of each operation. */
const RUNS = 60;

/** Who has logged in, for each role, and once more when a login has ended: some operations end those that ask. */
class Logins {
  readonly #bench: IdentityBench;
  readonly #tokens = new Map<string, string>();
  readonly accounts: string[] = [];
  readonly usernames: string[] = [];
  readonly refreshTokens: string[] = [];

  constructor(bench: IdentityBench) {
    this.#bench = bench;
  }

  /** @param name of a role, or "guest". */
  async tokenOf(name: string): Promise<string> {
    const known = this.#tokens.get(name);
    if (known !== undefined && (await this.#bench.verdict(known)) === "done") return known;
    const { account, token, refreshToken } =
      name === "guest" ? await this.#bench.ask("guest") : await this.#member(name as Role);
    this.accounts.push(account);
    this.refreshTokens.push(refreshToken);
    this.#tokens.set(name, token);
    return token;
  }

  /** A guest can become a member once. */
  newGuest(): Promise<string> {
    this.#tokens.delete("guest");
    return this.tokenOf("guest");
  }

  async #member(role: Role): Promise<Awaited<ReturnType<IdentityBench["login"]>>> {
    const username = `${role}-${this.usernames.length}`;
    const { account } = await this.#bench.register(username);
    this.usernames.push(username);
    const { db } = this.#bench.store;
    await db.updateTable("accounts").set({ role }).where("id", "=", account).execute();
    return await this.#bench.login(username);
  }
}

const callers: readonly Caller[] = [
  { name: "nobody", role: undefined, headers: {} },
  { name: "a stranger", role: undefined, headers: { authorization: "Bearer e30.e30.e30" } },
  { name: "guest", role: "player", headers: {} },
  ...roles.map((role) => ({ name: role, role, headers: {} })),
];

onEachDatabase((database) => {
  test("[S-OP13] nothing is wrong with the operations of the product, whoever asks", async () => {
    const bench = new IdentityBench(await database.open());
    const { clock, identity } = bench;
    const random = (length: number): Uint8Array => new Uint8Array(length).fill(1);
    const all = operationsOf(
      {
        operations: identity.operations,
        runScript: async ({ args }) => ({ args: JSON.parse(JSON.stringify(args)) as unknown }),
        liveKitToken: async ({ room }) => ({ token: room, url: "wss://livekit.example" }),
      },
      new GuestLogin(rules, { clock, random }),
      limitValues(),
    );
    const throttle = { perMinute: 1e9, by: "address" } as const;
    const operations = all.map((operation) => ({ ...operation, throttle }));
    const { app } = operationsBench(operations, (token) => identity.verifier.verify(token));
    const logins = new Logins(bench);
    for (const name of ["guest", ...roles]) await logins.tokenOf(name);

    const plain = appSender(app);
    const send: Exploration["send"] = async (request) => {
      const { name, role } = request.caller;
      const own: Record<string, string> = {};
      const isUpgrade = role === "player" && request.operationId === "accounts.upgrade";
      if (role !== undefined) {
        const token = await (isUpgrade ? logins.newGuest() : logins.tokenOf(name));
        own["authorization"] = `Bearer ${token}`;
      }
      // those who guess wait longer and longer
      clock.advance(60_000);
      return await plain({ ...request, headers: { ...request.headers, ...own } });
    };
    let turn = 0;
    const known: Exploration["known"] = (operationId, member) => {
      const oneOf = (list: readonly unknown[]) => () => list[turn++ % list.length] ?? "none";
      if (member === "password" || member === "newPassword") return () => password;
      if (member === "account") return oneOf(logins.accounts);
      if (member === "refreshToken") return oneOf(logins.refreshTokens);
      if (member !== "username") return undefined;
      const isNew = /register|upgrade/u.test(operationId);
      return isNew ? () => `new-${turn++}` : oneOf(logins.usernames);
    };
    const info = { title: "Realmwright", version: "1" };
    const document: unknown = JSON.parse(JSON.stringify(openApiDocument(operations, info)));
    const shares = await explore({ document, callers, runs: RUNS, send, known });
    await app.close();

    const never = [...shares].filter(([, { served }]) => served === 0).map(([name]) => name);
    // a token for a new password is only in the message that delivers it
    expect(never).toEqual(["accounts.completeReset"]);
    expect(shares.size).toBeGreaterThanOrEqual(operations.length);
  }, 120_000);
});
