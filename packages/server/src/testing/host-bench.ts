import type { Files, GameDefinition } from "@realmwright/core";
import type { Mirror } from "@realmwright/core/internal";
import type { RealmError } from "@realmwright/protocol";
import { MemoryBus } from "../bus/memory/memory-bus.ts";
import { Host, type HostOptions } from "../host/host.ts";
import { BusEdgeLink } from "../link/bus-edge-link.ts";
import type { EdgeSide, LinkToHost } from "../link/link.ts";
import type { EdgeToHost, HostToEdge } from "../link/messages.ts";
import { VirtualClock } from "../scheduler/virtual-clock.ts";
import { RecordedLog } from "./recorded-log.ts";
import { RecordedMetrics } from "./recorded-metrics.ts";

type Of<T extends HostToEdge["type"]> = Extract<HostToEdge, { type: T }>;

/** No assets. */
export const noFiles: Files = {
  text: (path) => Promise.reject(new Error(`no file ${path}`)),
  bytes: (path) => Promise.reject(new Error(`no file ${path}`)),
  map: (path) => Promise.reject(new Error(`no file ${path}`)),
};

/** An edge that writes down what it is told. */
export class FakeEdge implements EdgeSide {
  readonly messages: HostToEdge[] = [];
  /** Of the rooms that it reads. */
  readonly mirrors: Map<string, Mirror> = new Map();
  /** Ticks of the frames that came, by room. */
  readonly ticks: Map<string, number[]> = new Map();
  flushes = 0;
  end: RealmError | undefined;
  link!: LinkToHost;
  #read = 0;
  /** What frames have confirmed, by room. */
  readonly confirms: Map<string, object[]> = new Map();

  receive(message: HostToEdge): void {
    if (message.type === "frame") {
      if (this.mirrors.get(message.room) !== message.mirror) throw new Error("an unknown mirror");
      const ticks = this.ticks.get(message.room) ?? [];
      ticks.push(message.frame.tick);
      this.ticks.set(message.room, ticks);
      // copied: the frame is used again
      const confirms = this.confirms.get(message.room) ?? [];
      confirms.push(...message.frame.confirms);
      this.confirms.set(message.room, confirms);
      return;
    }
    if (message.type === "attach") this.mirrors.set(message.room, message.mirror);
    if (message.type === "detach") this.mirrors.delete(message.room);
    this.messages.push(message);
  }

  flush(): void {
    this.flushes++;
  }

  closed(error: RealmError): void {
    this.end = error;
  }

  say(message: EdgeToHost): void {
    this.link.send(message);
    this.link.flush();
  }

  /** Messages of a type, since the beginning. */
  all<T extends HostToEdge["type"]>(type: T): Of<T>[] {
    return this.messages.filter((message): message is Of<T> => message.type === type);
  }

  /** The newest message of a type. */
  last<T extends HostToEdge["type"]>(type: T): Of<T> {
    const found = this.all(type).at(-1);
    if (found === undefined) throw new Error(`no ${type} in ${this.types().join(" ")}`);
    return found;
  }

  /** Types of the messages since the last call. */
  news(): string[] {
    const news = this.messages.slice(this.#read).map(({ type }) => type);
    this.#read = this.messages.length;
    return news;
  }

  types(): string[] {
    return this.messages.map(({ type }) => type);
  }
}

export type LinkKind = "local" | "bus";

interface BenchPorts {
  readonly clock: VirtualClock;
  readonly log: RecordedLog;
  readonly metrics: RecordedMetrics;
}

/** A host in virtual time, and edges on links of one kind. */
export class HostBench {
  readonly clock: VirtualClock;
  readonly log: RecordedLog;
  readonly metrics: RecordedMetrics;
  readonly host: Host;
  readonly bus: MemoryBus;
  readonly #kind: LinkKind;
  #edges = 0;
  #sessions = 0;
  #requests = 0;

  private constructor(kind: LinkKind, host: Host, ports: BenchPorts) {
    this.#kind = kind;
    this.host = host;
    this.clock = ports.clock;
    this.log = ports.log;
    this.metrics = ports.metrics;
    this.bus = new MemoryBus({ later: (call) => void this.clock.at(this.clock.nowMs(), call) });
    if (kind === "bus") host.listen(this.bus.endpoint("host"));
  }

  static async start(
    game: GameDefinition,
    kind: LinkKind = "local",
    more: Partial<HostOptions> = {},
  ): Promise<HostBench> {
    const ports = {
      clock: new VirtualClock(),
      log: new RecordedLog(),
      metrics: new RecordedMetrics(),
    };
    let byte = 0;
    const randomBytes = (length: number): Uint8Array =>
      Uint8Array.from({ length }, () => byte++ % 251);
    const host = await Host.start({ game, files: noFiles, ...ports, randomBytes, ...more });
    return new HostBench(kind, host, ports);
  }

  /** Time goes by; by default long enough for a tick of the slowest room here. */
  run(ms = 100): void {
    this.clock.advance(ms);
  }

  edge(): FakeEdge;
  edge<E extends FakeEdge>(edge: E): E;
  edge(edge: FakeEdge = new FakeEdge()): FakeEdge {
    const address = `edge-${++this.#edges}`;
    edge.link =
      this.#kind === "local"
        ? this.host.attach(edge, address)
        : new BusEdgeLink(this.bus.endpoint(address), "host", edge, this.log);
    this.run();
    return edge;
  }

  /** Opens a session and returns its id and its secret. */
  open(
    edge: FakeEdge,
    account: string,
    resume?: string,
    more: { readonly login?: string } = {},
  ): { session: string; secret: string } {
    const session = `s${++this.#sessions}`;
    const resuming = resume === undefined ? {} : { resume };
    const about = { session, account, name: account, role: "player", ...resuming, ...more };
    edge.say({ type: "open", ...about });
    this.run();
    const answer = edge.all("opened").find((message) => message.session === session);
    return { session, secret: answer?.resumeSecret ?? "" };
  }

  /** Asks to join and returns the number of the request. */
  ask(
    edge: FakeEdge,
    session: string,
    room: string,
    more: Partial<Extract<EdgeToHost, { type: "join" }>> = {},
  ): number {
    const request = ++this.#requests;
    edge.say({ type: "join", session, request, room, spectate: false, ...more });
    return request;
  }

  join(edge: FakeEdge, session: string, room: string): Of<"joined"> {
    const request = this.ask(edge, session, room);
    this.run();
    const joined = edge.all("joined").find((message) => message.request === request);
    if (joined === undefined)
      throw new Error(`not joined: ${JSON.stringify(edge.messages.at(-1))}`);
    return joined;
  }
}
