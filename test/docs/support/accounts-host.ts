import { randomBytes } from "node:crypto";
import { defineGame, room } from "realmwright";
import { createAuth, type Profile } from "realmwright/client";
import {
  createLog,
  createServer,
  objectOperations,
  Objects,
  openStore,
  type Server,
  type Store,
} from "@realmwright/server";
import { createIdentity, systemClock } from "@realmwright/server/internal";

/** A server with accounts and objects, on a database of its own in memory. */
export class AccountsHost {
  readonly server: Server;
  readonly #store: Store;

  private constructor(server: Server, store: Store) {
    this.server = server;
    this.#store = store;
  }

  /** @param client folder of a page to serve. */
  static async start(client?: string): Promise<AccountsHost> {
    const parts = {
      clock: systemClock(),
      random: randomBytes,
      log: createLog({ level: "silent" }),
    };
    const store = await openStore({ url: "sqlite::memory:", ...parts });
    const game = defineGame({ name: "hall", rooms: { hall: room({}) } });
    const secret = randomBytes(32);
    const rules = { secret, issuer: "realmwright", audience: game.name };
    const identity = createIdentity({ store, ...parts, rules });
    const server = createServer({
      game,
      secret,
      log: parts.log,
      http: { port: 0 },
      ...(client === undefined ? {} : { client }),
      services: {
        operations: [...identity.operations, ...objectOperations(new Objects(store, parts))],
        subjectOf: (token) => identity.verifier.verify(token),
      },
    });
    await server.start();
    return new AccountsHost(server, store);
  }

  /** Of all accounts that have one. */
  async userNames(): Promise<readonly string[]> {
    const rows = await this.#store.db
      .selectFrom("accounts")
      .select("user_name")
      .where("user_name", "is not", null)
      .execute();
    return rows.map(({ user_name: name }) => name ?? "").toSorted();
  }

  async login(username: string, password: string): Promise<Profile> {
    return await createAuth({ url: this.server.url }).login(username, password);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.#store.close();
  }
}
