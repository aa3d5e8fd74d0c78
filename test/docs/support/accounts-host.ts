import { randomBytes } from "node:crypto";
import {
  type Backend,
  createLog,
  createServer,
  openBackend,
  type Server,
} from "@realmwright/server";
import { systemClock } from "@realmwright/server/internal";
import { defineGame, room } from "realmwright";
import { createAuth, type Profile } from "realmwright/client";

/** A server with accounts and objects, on a database of its own in memory. */
export class AccountsHost {
  readonly server: Server;
  readonly #backend: Backend;

  private constructor(server: Server, backend: Backend) {
    this.server = server;
    this.#backend = backend;
  }

  /** @param client folder of a page to serve. */
  static async start(client?: string): Promise<AccountsHost> {
    const log = createLog({ level: "silent" });
    const game = defineGame({ name: "hall", rooms: { hall: room({}) } });
    const secret = randomBytes(32);
    const backend = await openBackend({
      game: game.name,
      secret,
      database: { url: "sqlite::memory:" },
      clock: systemClock(),
      random: randomBytes,
      log,
    });
    const { services } = backend;
    const server = createServer({
      game,
      secret,
      log,
      services,
      http: { port: 0 },
      ...(client === undefined ? {} : { client }),
    });
    await server.start();
    return new AccountsHost(server, backend);
  }

  /** Of all accounts that have one. */
  async userNames(): Promise<readonly string[]> {
    const rows = await this.#backend.store.db
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
    await this.#backend.close();
  }
}
