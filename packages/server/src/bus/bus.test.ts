import { MessageChannel, Worker } from "node:worker_threads";
import { limits } from "@realmwright/protocol";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { Bus } from "../ports/bus.ts";
import { until } from "../testing/until.ts";
import { MemoryBus } from "./memory/memory-bus.ts";
import { ThreadBus } from "./threads/thread-bus.ts";

/** Three endpoints, joined to each other, that hold at most 1,000 bytes for one another. */
interface Trio {
  readonly a: Bus;
  readonly b: Bus;
  readonly c: Bus;
}

const trioBytesMax = 1000;

const makers: Record<string, (queueBytesMax: number | undefined) => Trio> = {
  memory: (queueBytesMax) => {
    const bound = queueBytesMax === undefined ? {} : { queueBytesMax };
    const hub = new MemoryBus({ later: (call) => void setImmediate(call), ...bound });
    return { a: hub.endpoint("a"), b: hub.endpoint("b"), c: hub.endpoint("c") };
  },
  threads: (queueBytesMax) => {
    const bound = queueBytesMax === undefined ? {} : { queueBytesMax };
    const trio = {
      a: new ThreadBus("a", bound),
      b: new ThreadBus("b", bound),
      c: new ThreadBus("c", bound),
    };
    for (const [x, y] of [
      [trio.a, trio.b],
      [trio.a, trio.c],
      [trio.b, trio.c],
    ] as const) {
      const { port1, port2 } = new MessageChannel();
      x.connect(y.address, port1);
      y.connect(x.address, port2);
    }
    return trio;
  },
};

const open: Bus[] = [];

afterEach(() => {
  for (const bus of open.splice(0)) bus.close();
});

for (const [kind, make] of Object.entries(makers)) {
  const trio = (): Trio => {
    const made = make(trioBytesMax);
    open.push(made.a, made.b, made.c);
    return made;
  };

  /** Collects what an endpoint receives, as "sender:first byte". */
  const collect = (bus: Bus): string[] => {
    const got: string[] = [];
    bus.onReceive((from, bytes) => got.push(`${from}:${bytes[0]}`));
    return got;
  };

  describe(`the bus contract: ${kind}`, () => {
    it("[S-BUS1] delivers in order between two endpoints, and says who sent", async () => {
      const { a, b, c } = trio();
      const got = collect(c);
      for (let i = 0; i < 20; i++) {
        a.send("c", new Uint8Array([i]));
        b.send("c", new Uint8Array([i]));
      }
      await until(() => got.length === 40);
      for (const from of ["a", "b"]) {
        expect(got.filter((one) => one.startsWith(from))).toEqual(
          Array.from({ length: 20 }, (_, i) => `${from}:${i}`),
        );
      }
    });

    it("[S-BUS1] carries bytes of any length unharmed, views into larger buffers too", async () => {
      const { a, b } = trio();
      const got: Uint8Array[] = [];
      b.onReceive((_, bytes) => got.push(bytes));
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 900 }),
          fc.nat({ max: 50 }),
          async (bytes, before) => {
            got.length = 0;
            const larger = new Uint8Array(before + bytes.length + 7);
            larger.set(bytes, before);
            a.send("b", larger.subarray(before, before + bytes.length));
            await until(() => got.length === 1);
            expect([...got[0]!]).toEqual([...bytes]);
          },
        ),
        { numRuns: 50 },
      );
    });

    it("[S-BUS2] never delivers inside send, nor to itself what it sent to another", async () => {
      const { a, b } = trio();
      const own = collect(a);
      const got = collect(b);
      a.send("b", new Uint8Array([1]));
      expect(got).toEqual([]);
      await until(() => got.length === 1);
      expect(own).toEqual([]);
    });

    it("[S-BUS3] busQueueBytes: so many by default, and not one more", () => {
      const made = make(undefined);
      open.push(made.a, made.b, made.c);
      const { value: max } = limits.busQueueBytes;
      made.a.send("b", new Uint8Array(max - 1));
      made.a.send("b", new Uint8Array(1));
      expect(() => made.a.send("b", new Uint8Array(1))).toThrow(
        expect.objectContaining({ code: limits.busQueueBytes.error }),
      );
      made.a.send("c", new Uint8Array(1));
    });

    it("[S-BUS3] holds as many bytes for one endpoint as its limit, and not one more", async () => {
      const { a, b, c } = trio();
      const got = collect(b);
      const other = collect(c);
      a.send("b", new Uint8Array(400).fill(1));
      a.send("b", new Uint8Array(600).fill(2));
      expect(() => a.send("b", new Uint8Array(1))).toThrow(
        expect.objectContaining({ code: "BUS_FULL" }),
      );
      // the other endpoints' queues are their own
      a.send("c", new Uint8Array(1000).fill(3));
      c.send("b", new Uint8Array(1000).fill(4));
      await until(() => got.length === 3 && other.length === 1);
      expect(got.toSorted()).toEqual(["a:1", "a:2", "c:4"]);
    });

    it("[S-BUS3] takes more once the other side has taken what waited", async () => {
      const { a, b } = trio();
      const got = collect(b);
      for (let round = 0; round < 20; round++) {
        await until(() => {
          try {
            a.send("b", new Uint8Array(900).fill(round));
            return true;
          } catch {
            return false;
          }
        });
      }
      await until(() => got.length === 20);
      expect(got).toEqual(Array.from({ length: 20 }, (_, i) => `a:${i}`));
    });

    it("[S-BUS4] tells once that an endpoint is gone; nothing more comes from it or goes to it", async () => {
      const { a, b, c } = trio();
      const gone: string[] = [];
      b.onGone((address) => gone.push(address));
      c.onGone((address) => gone.push(address));
      const got = collect(b);
      a.close();
      a.close();
      await until(() => gone.length === 2);
      expect(gone).toEqual(["a", "a"]);
      expect(() => b.send("a", new Uint8Array(1))).toThrow(
        expect.objectContaining({ code: "BUS_CLOSED" }),
      );
      expect(() => a.send("b", new Uint8Array(1))).toThrow(
        expect.objectContaining({ code: "BUS_CLOSED" }),
      );
      c.send("b", new Uint8Array([9]));
      await until(() => got.length === 1);
      expect(got).toEqual(["c:9"]);
    });

    it("[S-BUS4] knows no endpoint that is not on it", () => {
      const { a } = trio();
      for (const to of ["nobody", "", "__proto__", "constructor"]) {
        expect(() => a.send(to, new Uint8Array(1))).toThrow(
          expect.objectContaining({ code: "BUS_CLOSED" }),
        );
      }
    });

    it("[S-BUS4] calls nobody after close", async () => {
      const { a, b, c } = trio();
      const got = collect(b);
      const still = collect(c);
      b.close();
      try {
        a.send("b", new Uint8Array([1]));
      } catch (error) {
        expect(error).toMatchObject({ code: "BUS_CLOSED" });
      }
      a.send("c", new Uint8Array([2]));
      await until(() => still.length === 1);
      expect(got).toEqual([]);
    });
  });
}

describe("buses", () => {
  it("[S-BUS5] an address is one endpoint's", () => {
    const hub = new MemoryBus({ later: (call) => void setImmediate(call) });
    hub.endpoint("a");
    expect(() => hub.endpoint("a")).toThrow(expect.objectContaining({ code: "BUS_CLOSED" }));
    const bus = new ThreadBus("a");
    open.push(bus);
    const { port1, port2 } = new MessageChannel();
    expect(() => bus.connect("a", port1)).toThrow(expect.objectContaining({ code: "BUS_CLOSED" }));
    bus.connect("b", port1);
    expect(() => bus.connect("b", port2)).toThrow(expect.objectContaining({ code: "BUS_CLOSED" }));
    port2.close();
  });

  it("[S-BUS5] threads: sends what one turn says as one message, without copying", async () => {
    const { port1, port2 } = new MessageChannel();
    const bus = new ThreadBus("a");
    open.push(bus);
    bus.connect("b", port1);
    const batches: number[] = [];
    port2.on("message", ({ batch }: { batch: Uint8Array[] }) => batches.push(batch.length));
    const bytes = new Uint8Array(100);
    bus.send("b", bytes);
    for (let i = 0; i < 9; i++) bus.send("b", new Uint8Array(1));
    await until(() => batches.length === 1);
    expect(batches).toEqual([10]);
    expect(bytes.length).toBe(0);
    port2.close();
  });

  it("[S-BUS5] threads: reaches another thread, and hears when it is gone", async () => {
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(new URL("../testing/echo-worker.ts", import.meta.url), {
      workerData: { port: port2 },
      transferList: [port2],
      execArgv: ["--conditions=@realmwright/source"],
    });
    const bus = new ThreadBus("main");
    open.push(bus);
    bus.connect("echo", port1);
    const got: number[][] = [];
    const gone: string[] = [];
    bus.onReceive((_, bytes) => got.push([...bytes]));
    bus.onGone((address) => gone.push(address));
    bus.send("echo", new Uint8Array([1, 2, 3]));
    bus.send("echo", new Uint8Array([4, 5]));
    await until(() => got.length === 2);
    expect(got).toEqual([
      [3, 2, 1],
      [5, 4],
    ]);
    await worker.terminate();
    await until(() => gone.length === 1);
    expect(gone).toEqual(["echo"]);
  });
});
