import { limits, RealmError } from "@realmwright/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ClientEncoding } from "./index.ts";
import { Stage } from "./testing/stage.ts";
import { Move, Walker } from "./testing/glade.ts";

const encodings: readonly ClientEncoding[] = ["binary", "msgpack", "json"];

/** A server that spoils some of what it sends: bytes changed, cut off or made up. */
function spoil(
  data: Uint8Array | string,
  how: { at: number; to: number; kind: number },
): Uint8Array | string {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data.slice();
  const at = Math.floor(how.at * bytes.length);
  const spoiled =
    how.kind === 0
      ? bytes.subarray(0, at)
      : how.kind === 1
        ? Uint8Array.from([...bytes.subarray(0, at), how.to, ...bytes.subarray(at)])
        : bytes.map((byte, i) => (i === at ? how.to : byte));
  return typeof data === "string" ? new TextDecoder().decode(spoiled) : spoiled;
}

test.each(encodings)(
  "C-CON5 C-ROOM11 in %s whatever a server sends, the client stays whole and finds back into its room",
  async (encoding) => {
    let spoiled = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.array(
          fc.record({
            after: fc.integer({ min: 0, max: 12 }),
            at: fc.double({ min: 0, max: 0.999, noNaN: true }),
            to: fc.integer({ min: 0, max: 255 }),
            kind: fc.integer({ min: 0, max: 2 }),
          }),
          { minLength: 1, maxLength: 6 },
        ),
        async (seed, faults) => {
          const stage = new Stage(seed);
          const client = await stage.connect(encoding);
          const room = await stage.join(client);
          room.input(Move, { dx: 1, dy: 0 });
          for (const fault of faults) {
            await stage.frames(room, fault.after);
            const { peer } = stage.server.peer;
            const send = peer.send.bind(peer);
            peer.send = (data) => {
              peer.send = send;
              spoiled++;
              send(spoil(data, fault));
            };
            await stage.frames(room, 20);
            if (client.state === "closed") break;
            await stage.pass(12_000);
          }
          // a changed byte may make an error of a message; nothing else is reported
          expect(stage.reported.filter((error) => !(error instanceof RealmError))).toEqual([]);
          expect(stage.reported.length).toBeLessThanOrEqual(faults.length);
          // or it may say that it is over; nothing else may end it
          if (client.state === "closed" || room.left !== undefined) return;
          expect(client.state).toBe("open");
          expect(room.isLive).toBe(true);
          await stage.frames(room, 60);
          for (const seen of room.all(Walker)) {
            const { x, hp, mood } = room.view(seen);
            expect(Number.isFinite(x)).toBe(true);
            expect(hp >= 0 && hp <= 100).toBe(true);
            expect(["calm", "angry"]).toContain(mood);
          }
        },
      ),
      { numRuns: 12, examples: [[0, [{ after: 0, at: 0, to: 82, kind: 2 }]]] },
    );
    expect(spoiled).toBeGreaterThan(10);
  },
);

test.each(encodings)(
  "C-CON5 in %s a message above the limit ends the connection",
  async (encoding) => {
    const stage = new Stage();
    const client = await stage.connect(encoding);
    const max = limits.serverMessageBytes.value;
    stage.server.peer.peer.send(
      encoding === "json" ? " ".repeat(max + 1) : new Uint8Array(max + 1),
    );
    expect(client.state).toBe("open");
    await stage.pass(10);
    expect(client.state).toBe("waiting");
    await stage.pass(3000);
    expect(client.state).toBe("open");
  },
);

test.each(encodings)("in %s messages out of turn are no reason to stumble", async (encoding) => {
  const stage = new Stage();
  const client = await stage.connect(encoding);
  const room = await stage.join(client);
  const { peer } = stage.server;
  const { m } = peer.session!.places.get("glade-1")!.seat;
  peer.send({ type: "confirm", payload: { m, seq: 4_000_000, tick: 1, ok: true } });
  peer.send({ type: "confirm", payload: { m: 99, seq: 1, tick: 1, ok: true } });
  peer.send({ type: "left", payload: { m: 99, code: "KICKED" } });
  peer.send({ type: "pong", payload: { time: 5, serverTime: -1e9 } });
  peer.send({ type: "chat", payload: { m: 99, seat: 1, name: "", text: "", time: 0 } });
  await stage.pass(1000);
  expect(client.state).toBe("open");
  expect(client.stats.reconnects).toBe(0);
  expect(room.isLive).toBe(true);
  expect(client.serverTime()).toBeGreaterThan(1_000_000);
  expect(stage.reported).toEqual([]);
});
