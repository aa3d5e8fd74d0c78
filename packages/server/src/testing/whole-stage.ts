import type { GameDefinition } from "@realmwright/core";
import { RealmError, type ClientMessage, type LimitName } from "@realmwright/protocol";
import type { TokenVerifier } from "../auth/token-verifier.ts";
import { MemoryBus } from "../bus/memory/memory-bus.ts";
import { Edge } from "../edge/edge.ts";
import { Host } from "../host/host.ts";
import { BusEdgeLink } from "../link/bus-edge-link.ts";
import type { Encoding } from "../ports/transport.ts";
import { VirtualClock } from "../scheduler/virtual-clock.ts";
import { limitValues } from "../session/limit-values.ts";
import { MemoryTransport, type MemoryClient } from "../transports/memory/memory-transport.ts";
import { ClientModel } from "./client-model.ts";
import { noFiles, type LinkKind } from "./host-bench.ts";
import { RecordedLog } from "./recorded-log.ts";
import { RecordedMetrics } from "./recorded-metrics.ts";

/** A token is the account's name. */
const verifier: TokenVerifier = {
  verify: (token) =>
    token.startsWith("bad")
      ? Promise.reject(new RealmError("TOKEN_INVALID"))
      : Promise.resolve({ account: token, name: token, role: "player" }),
};

/** Everything of a server but sockets and HTTP: a host, edges, clients in memory, in virtual time. */
export class WholeStage {
  readonly clock = new VirtualClock();
  readonly transport = new MemoryTransport();
  readonly log: RecordedLog;
  readonly edges: Edge[] = [];
  readonly host: Host;
  readonly clients: WholeClient[] = [];

  private constructor(host: Host, log: RecordedLog, clock: VirtualClock) {
    this.host = host;
    this.log = log;
    this.clock = clock;
  }

  static async start(
    game: GameDefinition,
    options: {
      readonly link?: LinkKind;
      readonly edges?: number;
      readonly limits?: Partial<Record<LimitName, number>>;
    } = {},
  ): Promise<WholeStage> {
    const clock = new VirtualClock();
    const log = new RecordedLog();
    let count = 0;
    const random = (length: number): Uint8Array => {
      const bytes = new Uint8Array(length);
      new DataView(bytes.buffer).setUint16(0, ++count);
      return bytes;
    };
    const metrics = new RecordedMetrics();
    const host = await Host.start({
      game,
      files: noFiles,
      clock,
      log,
      metrics,
      randomBytes: random,
    });
    const stage = new WholeStage(host, log, clock);
    const bus = new MemoryBus({ later: (call) => void clock.at(clock.nowMs(), call) });
    if (options.link === "bus") host.listen(bus.endpoint("host"));
    for (let i = 0; i < (options.edges ?? 1); i++) {
      const edge = new Edge({ clock, log, random, verifier, limits: limitValues(options.limits) });
      stage.edges.push(edge);
      const address = `edge-${i}`;
      edge.start(
        options.link === "bus"
          ? new BusEdgeLink(bus.endpoint(address), "host", edge, log)
          : host.attach(edge, address),
      );
    }
    let next = 0;
    stage.transport.start((connection) =>
      stage.edges[next++ % stage.edges.length]!.accept(connection),
    );
    await stage.run(100);
    return stage;
  }

  connect(encoding: Encoding = "json"): WholeClient {
    const client = new WholeClient(encoding, this.transport.connect({ encoding }));
    this.clients.push(client);
    return client;
  }

  /** A client whose session is open. */
  async open(encoding: Encoding = "json", account = "ada", resume?: string): Promise<WholeClient> {
    const client = this.connect(encoding);
    const more = resume === undefined ? {} : { resume };
    client.send({ type: "auth", payload: { token: account, protocol: 1, ...more } });
    await this.run(50);
    if (client.welcome === undefined) throw new Error("no welcome came");
    return client;
  }

  /** Time goes by in steps of 10 ms, and everything that moves moves. */
  async run(ms: number): Promise<void> {
    for (let t = 0; t < ms; t += 10) {
      this.clock.advance(10);
      for (let i = 0; i < 3; i++) {
        this.transport.deliver();
        await Promise.resolve();
        this.clock.advance(0);
      }
      for (const client of this.clients) client.read();
    }
  }
}

/** A client in memory. Unless told otherwise it acknowledges every snapshot. */
export class WholeClient extends ClientModel {
  readonly encoding: Encoding;
  readonly memory: MemoryClient;
  acknowledges = true;
  seq = 0;

  constructor(encoding: Encoding, memory: MemoryClient) {
    super(encoding);
    this.encoding = encoding;
    this.memory = memory;
  }

  send(message: ClientMessage): void {
    this.memory.send(this.encode(message));
  }

  /** An input to the client's room, or to the one of that number. */
  input(name: string, data: object, m?: number): void {
    const known = m ?? [...this.joined.keys()][0];
    const seq = ++this.seq;
    if (known !== undefined) this.send({ type: "input", payload: { m: known, seq, name, data } });
    // who is in no room has no schema to encode by
    else if (this.encoding === "binary") {
      this.send({ type: "input", payload: { m: 0, seq, name: 0, data: new Uint8Array(2) } });
    } else this.send({ type: "input", payload: { m: 0, seq, name, data } });
  }

  codes(): string[] {
    return this.messages.flatMap((message) =>
      message.type === "error" || message.type === "left" ? [message.payload.code] : [],
    );
  }

  read(): void {
    const arrived = this.memory.received.splice(0);
    for (const data of arrived) this.receive(data);
    if (!this.acknowledges || arrived.length === 0) return;
    for (const [m, { tick }] of this.replicas) {
      if (tick >= 0) this.send({ type: "ack", payload: { m, tick } });
    }
  }
}
