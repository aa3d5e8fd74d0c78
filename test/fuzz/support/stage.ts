import { Random } from "@realmwright/core";
import { RealmError, type ClientMessage } from "@realmwright/protocol";
import { ByteWriter, codecs } from "@realmwright/protocol/internal";
import {
  Edge,
  GameFiles,
  Host,
  limitValues,
  MemoryTransport,
  VirtualClock,
  type Encoding,
  type MemoryClient,
  type Metrics,
} from "@realmwright/server/internal";
import { callerOn } from "./calls.ts";
import { meadow, rooms } from "./game.ts";
import { silentLog } from "./silent-log.ts";

const STEP_MS = 10;

/** A whole server but for sockets and HTTP, in virtual time, and clients that say bytes. */
export class Stage {
  readonly clock = new VirtualClock();
  readonly host: Host;
  readonly edge: Edge;
  /** What the server reported as its own failures. */
  readonly errors: string[];
  readonly #transport = new MemoryTransport();

  private constructor(host: Host, edge: Edge, clock: VirtualClock, errors: string[]) {
    this.host = host;
    this.edge = edge;
    this.clock = clock;
    this.errors = errors;
  }

  static async start(seed: number): Promise<Stage> {
    const clock = new VirtualClock();
    const errors: string[] = [];
    const log = silentLog((failure) => errors.push(failure));
    const random = new Random(seed);
    const randomBytes = (length: number): Uint8Array =>
      Uint8Array.from({ length }, () => random.integer(0, 255));
    const files = new GameFiles(undefined);
    const game = meadow();
    const host = await Host.start({ clock, randomBytes, log, metrics: noMetrics, game, files });
    const edge = new Edge({
      clock,
      log,
      random: randomBytes,
      limits: limitValues({}),
      verifier: { verify: identify },
      caller: callerOn(clock),
    });
    edge.start(host.attach(edge));
    const stage = new Stage(host, edge, clock, errors);
    stage.#transport.start((connection) => edge.accept(connection));
    await stage.run(50);
    return stage;
  }

  connect(encoding: Encoding): MemoryClient {
    return this.#transport.connect({ encoding });
  }

  async run(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      this.clock.advance(STEP_MS);
      for (let i = 0; i < 3; i++) {
        this.#transport.deliver();
        await Promise.resolve();
        this.clock.advance(0);
      }
    }
  }

  stop(): void {
    this.edge.stop();
    this.host.close();
  }
}

/** A message as bytes of an encoding, for a client that knows its room. */
export function clientBytes(message: ClientMessage, encoding: Encoding): Uint8Array | string {
  const codec = codecs[`realm.${encoding}`];
  const out = new ByteWriter();
  codec.encode(message, out, rooms);
  return codec.isText ? new TextDecoder().decode(out.view()) : out.toBytes();
}

/** A token is its account's name. */
function identify(token: string): Promise<{ account: string; name: string; role: string }> {
  if (token === "" || token.length > 24) return Promise.reject(new RealmError("TOKEN_INVALID"));
  return Promise.resolve({ account: token, name: token, role: "player" });
}

const noMetrics: Metrics = {
  count: () => undefined,
  set: () => undefined,
  observe: () => undefined,
};
