import { Random } from "@realmwright/core";
import { VirtualClock } from "@realmwright/core/internal";
import { type Client, type ClientEncoding, type ClientRoom, connect } from "../index.ts";
import type { ConnectOptions } from "../client-options.ts";
import type { ClientPorts } from "../ports.ts";
import { SimulatedNetwork } from "./simulated-network.ts";
import { FakeServer } from "./fake-server.ts";
import { type Glade, half } from "./glade.ts";

/** A client, a network and a server in virtual time. */
export class Stage {
  readonly clock: VirtualClock = new VirtualClock();
  readonly network: SimulatedNetwork;
  readonly server: FakeServer;
  readonly reported: unknown[] = [];
  readonly ports: ClientPorts;
  online: () => void = () => undefined;

  constructor(seed = 1) {
    const random = new Random(seed);
    this.network = new SimulatedNetwork(this.clock, () => random.unit());
    this.server = new FakeServer(this.clock, this.network);
    this.ports = {
      clock: this.clock,
      random: () => random.unit(),
      socket: this.network.socket,
      http: () => Promise.reject(new Error("nobody answers")),
      wallMs: () => this.clock.wallMs(),
      key: () => `key-${random.unit()}`,
      lock: (_name, work) => work(),
      onOnline: (call) => {
        this.online = call;
        return () => {
          this.online = () => undefined;
        };
      },
      report: (error) => this.reported.push(error),
    };
  }

  /** Lets everything that hangs on promises happen. */
  readonly settle = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
  };

  async pass(ms: number): Promise<void> {
    await this.clock.pass(ms, this.settle);
  }

  /** Frames of 16 ms, each showing the room. */
  async frames(room: ClientRoom, count: number, each?: (frame: number) => void): Promise<void> {
    for (let i = 0; i < count; i++) {
      this.clock.advance(16);
      room.update();
      each?.(i);
    }
    await this.settle();
  }

  async connect(
    encoding: ClientEncoding = "binary",
    more: Partial<ConnectOptions> = {},
  ): Promise<Client<Glade>> {
    const hasOwn = ["auth", "tokenProvider", "ticketProvider", "guest"].some(
      (source) => source in more,
    );
    const options = {
      url: "ws://server/ws",
      ...(hasOwn ? {} : { token: "ada" }),
      game: half,
      encoding,
      ports: this.ports,
      ...more,
    } as ConnectOptions;
    return await this.wait(connect<Glade>(options));
  }

  /** Lets time pass until a promise is settled; throws what it throws. At most a minute. */
  async wait<T>(promise: Promise<T>): Promise<T> {
    const state = { isDone: false };
    const watched = watch(promise, state);
    void watched.catch(() => undefined);
    for (let i = 0; i < 6000 && !state.isDone; i++) await this.pass(10);
    if (!state.isDone) throw new Error("nothing happened for a minute");
    return await watched;
  }

  async join(client: Client<Glade>): Promise<ClientRoom<Glade["rooms"]["glade"]>> {
    const room = await this.wait(client.join("glade"));
    await this.pass(100 + 2 * (this.network.conditions.delayMs + this.network.conditions.jitterMs));
    return room;
  }
}

async function watch<T>(promise: Promise<T>, state: { isDone: boolean }): Promise<T> {
  try {
    return await promise;
  } finally {
    state.isDone = true;
  }
}
