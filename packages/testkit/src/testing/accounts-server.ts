import { randomBytes } from "node:crypto";
import {
  type AskHttp,
  type Auth,
  type Client,
  type ClientSocket,
  connect,
  type ConnectOptions,
  createAuth,
  platformSocket,
  type SessionStorage,
} from "@realmwright/client";
import {
  type Backend,
  createLog,
  createServer,
  openBackend,
  type Server,
} from "@realmwright/server";
import {
  EmbeddedEngine,
  GameScripts,
  limitValues,
  scriptOperations,
  systemClock,
} from "@realmwright/server/internal";
import { type FieldGame, fieldGame, walking } from "./field-game.ts";

export const password = "correct horse battery";

/** What the tabs of one device share. */
export class DeviceStorage implements SessionStorage {
  readonly items: Map<string, string> = new Map<string, string>();

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }
  removeItem(key: string): void {
    this.items.delete(key);
  }
}

interface Parts {
  readonly backend: Backend;
  readonly server: Server;
  readonly engine: EmbeddedEngine;
  readonly clock: ReturnType<typeof skewedClock>;
}

/** A real server with accounts, objects and scripts, all in memory, whose day a test can turn. */
export class AccountsServer {
  readonly backend: Backend;
  readonly server: Server;
  /** Answers of the next refreshes are lost, so many. */
  lost = 0;
  readonly #engine: EmbeddedEngine;
  readonly #clock: Parts["clock"];
  readonly #clients: Client<FieldGame>[] = [];
  readonly #sockets: ClientSocket[] = [];

  private constructor({ backend, server, engine, clock }: Parts) {
    this.backend = backend;
    this.server = server;
    this.#engine = engine;
    this.#clock = clock;
  }

  /** @param scripts source by name */
  static async start(
    scripts: Readonly<Record<string, string>> = {},
    { edges = 0 }: { readonly edges?: number } = {},
  ): Promise<AccountsServer> {
    const clock = skewedClock();
    const log = createLog({ level: "silent" });
    const game = fieldGame();
    const secret = randomBytes(32);
    const limits = limitValues({ loginsPerMinute: 1e6, registrationsPerMinute: 1e6 });
    const common = { clock, log, limits, random: randomBytes };
    const backend = await openBackend({
      ...common,
      game: game.name,
      secret,
      database: { url: "sqlite::memory:" },
      hashing: { cost: { memoryKib: 8, passes: 1, lanes: 1 } },
    });
    const engine = await EmbeddedEngine.start(common);
    const { hot, services } = backend;
    const lua = new GameScripts({
      ...common,
      engine,
      hot,
      game: game.name,
      rooms: () => undefined,
    });
    await lua.load(new Map(Object.entries(scripts)));
    const server = createServer({
      game,
      secret,
      clock,
      log,
      http: { port: 0 },
      edges,
      services: {
        ...services,
        operations: [...(services.operations ?? []), ...scriptOperations(lua)],
        runScript: lua.run,
      },
    });
    await server.start();
    return new AccountsServer({ backend, server, engine, clock });
  }

  /** Time goes by, for tokens and for the clocks of devices. */
  turn(ms: number): void {
    this.#clock.skewMs += ms;
  }

  /** A tab of a device, or a device with one tab. */
  auth(storage: SessionStorage | null = null): Auth {
    const ports = { http: this.#http, wallMs: () => this.#clock.wallMs() };
    // no lock: what is promised must hold without
    const lock = <T>(_name: string, work: () => Promise<T>): Promise<T> => work();
    return createAuth({ url: this.server.url, storage, ports: { ...ports, lock } });
  }

  async connect(options: Partial<ConnectOptions>): Promise<Client<FieldGame>> {
    const client = await connect<FieldGame>({
      url: this.server.url,
      game: { rooms: { field: { predict: walking } } },
      ports: {
        http: this.#http,
        wallMs: () => this.#clock.wallMs(),
        socket: (...args) => {
          const socket = platformSocket(...args);
          this.#sockets.push(socket);
          return socket;
        },
      },
      ...options,
    } as ConnectOptions);
    this.#clients.push(client);
    return client;
  }

  /** All connections break. */
  cut(): void {
    for (const socket of this.#sockets.splice(0)) socket.close(1000);
  }

  /** A login of a new account of that role. */
  async staff(role: "moderator" | "admin"): Promise<Auth> {
    const auth = this.auth();
    const { account } = await auth.register(`the-${role}`, password);
    const { db } = this.backend.store;
    await db.updateTable("accounts").set({ role }).where("id", "=", account).execute();
    await auth.login(`the-${role}`, password);
    return auth;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.server.stop();
    await this.#engine.close();
    await this.backend.close();
  }

  readonly #http: AskHttp = async ({ method, url, headers, body }) => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { "content-type": "application/json" };
    const answer = await fetch(url, { method, headers: { ...headers, ...type }, ...init });
    const told = { status: answer.status, body: (await answer.json()) as unknown };
    if (url.endsWith("/refresh") && this.lost > 0) {
      this.lost--;
      throw new TypeError("the answer is lost");
    }
    return told;
  };
}

function skewedClock(): ReturnType<typeof systemClock> & { skewMs: number } {
  const clock = systemClock();
  const skewed = { ...clock, skewMs: 0, wallMs: () => clock.wallMs() + skewed.skewMs };
  return skewed;
}
