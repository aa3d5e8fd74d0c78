import { RealmError } from "@realmwright/protocol";
import { ByteWriter } from "@realmwright/protocol/internal";
import type { Bus } from "../ports/bus.ts";
import type { Log } from "../ports/log.ts";
import type { Metrics } from "../ports/metrics.ts";
import { linkVersion, readBatch, writeBye, writeFrame, writeMessage } from "./link-layout.ts";
import type { FrameMessage, HostSide, LinkToEdge } from "./link.ts";
import type { EdgeToHost, HostToEdge } from "./messages.ts";

/** What a listener needs of the host that it serves. */
export interface ListeningHost extends HostSide {
  opened(link: LinkToEdge): void;
}

/** Takes up the edges that greet a host over a bus, which serves this host alone. */
export function listenOnBus(
  bus: Bus,
  host: ListeningHost,
  ports: { readonly log: Log; readonly metrics: Metrics },
): void {
  const links = new Map<string, BusHostLink>();
  const hello = (from: string, version: number): void => {
    if (version !== linkVersion) {
      throw new RealmError("DECODE_INVALID", { detail: `the edge speaks version ${version}` });
    }
    links.get(from)?.lost();
    const link = new BusHostLink(bus, from, host, ports.metrics, () => links.delete(from));
    links.set(from, link);
    host.opened(link);
  };
  bus.onReceive((from, bytes) => {
    try {
      readBatch(bytes, {
        hello: (version) => hello(from, version),
        message: (message) => links.get(from)?.receive(message as EdgeToHost),
        frame: () => undefined,
        bye: () => links.get(from)?.lost(),
      });
    } catch (error) {
      if (!(error instanceof RealmError)) throw error;
      ports.log.error("A batch of an edge can not be read; its link is cut.", { from, error });
      links.get(from)?.close();
      links.get(from)?.lost();
    }
  });
  bus.onGone((address) => links.get(address)?.lost());
}

/** The host's end of a link over a bus. */
class BusHostLink implements LinkToEdge {
  readonly address: string;
  readonly isLocal = false;
  readonly #bus: Bus;
  readonly #host: HostSide;
  readonly #metrics: Metrics;
  readonly #forget: () => void;
  readonly #out = new ByteWriter(4096);
  readonly #scratch = new ByteWriter(1024);
  #isOpen = true;

  constructor(bus: Bus, address: string, host: HostSide, metrics: Metrics, forget: () => void) {
    this.#bus = bus;
    this.address = address;
    this.#host = host;
    this.#metrics = metrics;
    this.#forget = forget;
  }

  receive(message: EdgeToHost): void {
    if (this.#isOpen) this.#host.receive(this, message);
  }

  send(message: HostToEdge): void {
    if (!this.#isOpen) return;
    // compiled schema and mirror do not cross: the other side makes its own from the descriptor
    const crossing =
      message.type === "attach"
        ? { type: message.type, room: message.room, kind: { name: message.kind.name } }
        : message;
    writeMessage(crossing, this.#scratch, this.#out);
  }

  frame(message: FrameMessage, bytes: () => Uint8Array): void {
    if (this.#isOpen) writeFrame(message.room, bytes(), this.#scratch, this.#out);
  }

  flush(): void {
    if (!this.#isOpen || this.#out.length === 0) return;
    const bytes = this.#out.toBytes();
    this.#out.reset();
    try {
      this.#bus.send(this.address, bytes);
    } catch (error) {
      if (!(error instanceof RealmError)) throw error;
      if (error.code === "BUS_FULL") this.#metrics.count("realmwright_bus_full_total");
      this.lost();
    }
  }

  close(): void {
    if (!this.#isOpen) return;
    writeBye(this.#out);
    this.flush();
  }

  /** The edge is gone, or is to be treated so. */
  lost(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#forget();
    this.#host.closed(this);
  }
}
