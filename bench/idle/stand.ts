import { defineGame, room, type RoomDefinition } from "@realmwright/core";
import { entity, input, t, type WebSocketMessage } from "@realmwright/protocol";
import { BitWriter, ByteWriter, codecs, writeInput } from "@realmwright/protocol/internal";
import {
  Edge,
  GameFiles,
  Host,
  limitValues,
  VirtualClock,
  type Encoding,
  type Log,
  type Metrics,
} from "@realmwright/server/internal";
import { DiscardingConnection } from "./discarding-connection.ts";

const side = 256;

const Mover = entity("mover", {
  x: t.position({ min: 0, max: side, step: 1 / 64 }),
  y: t.position({ min: 0, max: side, step: 1 / 64 }),
  heading: t.angle(8),
  hp: t.uint(100).default(100),
  name: t.string(24).static(),
});
const Move = input("move", { dx: t.unit(8), dy: t.unit(8) });

/** A field of `count` movers, which walk straight and turn back at its edges, or stand still. */
export function field(count: number, moves: boolean): RoomDefinition {
  return room({
    entities: { Mover },
    inputs: { Move },
    tickRate: 20,
    sendRate: 20,
    permanent: true,
    maxEntities: count + 200,
    interest: { enter: 40, leave: 48, nearest: 100 },
    setup: () => ({ dx: new Float64Array(count), dy: new Float64Array(count) }),
    create(world) {
      for (let i = 0; i < count; i++) {
        const x = world.random.between(0, side);
        world.spawn(Mover, { x, y: world.random.between(0, side), name: `m${i}` });
        world.local.dx[i] = world.random.between(-0.2, 0.2);
        world.local.dy[i] = world.random.between(-0.2, 0.2);
      }
    },
    join(world, player) {
      world.spawn(Mover, { owner: player, x: side / 2, y: side / 2, name: player.name });
    },
    tick(world) {
      if (!moves) return;
      const movers = world.all(Mover);
      const { dx, dy } = world.local;
      for (let i = 0; i < count; i++) {
        const mover = movers[i]!;
        const x = mover.x + dx[i]!;
        const y = mover.y + dy[i]!;
        if (x < 0 || x > side) dx[i] = -dx[i]!;
        else mover.x = x;
        if (y < 0 || y > side) dy[i] = -dy[i]!;
        else mover.y = y;
      }
    },
  });
}

const quiet: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (message, data) => {
    throw new Error(message, { cause: data?.["error"] });
  },
  with: () => quiet,
};

const unmeasured: Metrics = {
  count: () => undefined,
  set: () => undefined,
  observe: () => undefined,
};

/** A host and an edge in one thread, on a clock that goes on when told to, and clients that keep nothing. */
export class Stand {
  readonly clock: VirtualClock;
  readonly connections: DiscardingConnection[] = [];
  readonly #edge: Edge;
  readonly #bits = new BitWriter();
  readonly #out = new ByteWriter();
  #seq = 0;

  private constructor(clock: VirtualClock, edge: Edge) {
    this.clock = clock;
    this.#edge = edge;
  }

  static async start(definition: RoomDefinition): Promise<Stand> {
    const clock = new VirtualClock();
    let serial = 0;
    const random = (length: number): Uint8Array => {
      serial++;
      return Uint8Array.from({ length }, (_, i) => serial >>> (8 * (i & 3)));
    };
    const edge = new Edge({
      clock,
      log: quiet,
      random,
      verifier: { verify: (name) => Promise.resolve({ account: name, name, role: "player" }) },
      limits: limitValues(),
    });
    const host = await Host.start({
      clock,
      randomBytes: random,
      log: quiet,
      metrics: unmeasured,
      game: defineGame({ name: "bench", rooms: { field: definition } }),
      files: new GameFiles(undefined),
    });
    edge.start(host.attach(edge));
    return new Stand(clock, edge);
  }

  /** A client that logs in and joins. */
  async join(client: Encoding | DiscardingConnection): Promise<DiscardingConnection> {
    const connection = typeof client === "string" ? new DiscardingConnection(client) : client;
    this.connections.push(connection);
    connection.connect(this.#edge);
    this.#say(connection, {
      type: "auth",
      id: 1,
      payload: { token: `bench ${this.connections.length}`, protocol: 1 },
    });
    await this.#settle();
    this.#say(connection, { type: "join", id: 2, payload: { room: "field" } });
    await this.#settle();
    return connection;
  }

  /** So many ticks of 50 ms. */
  run(ticks: number): void {
    this.clock.advance(ticks * 50);
  }

  /** The same, while every client steers and acknowledges ten times a second. Clients speak binary. */
  play(ticks: number): void {
    for (let tick = 0; tick < ticks; tick++) {
      if (tick % 2 === 0) this.#steer();
      this.run(1);
    }
  }

  #steer(): void {
    const bits = this.#bits;
    const out = this.#out;
    this.#seq++;
    for (const connection of this.connections) {
      bits.reset();
      bits.bits(this.#seq, 16);
      out.reset();
      // The room began with the clock: its newest tick.
      const ack = Math.floor(this.clock.nowMs() / 50);
      writeInput(out, 0, this.#seq, 0, bits.buffer, bits.finish(), ack, -1);
      connection.say(out.view());
    }
  }

  /** Lets promises and two ticks pass. */
  async #settle(): Promise<void> {
    for (let i = 0; i < 4; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      this.run(1);
    }
  }

  #say(connection: DiscardingConnection, message: WebSocketMessage): void {
    const codec = codecs[`realm.${connection.encoding}`];
    const out = new ByteWriter();
    codec.encode(message, out, () => undefined);
    const bytes = out.toBytes();
    connection.say(codec.isText ? new TextDecoder().decode(bytes) : bytes);
  }
}
