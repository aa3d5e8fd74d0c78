import { describe, expect, it } from "vitest";
import type { Frame } from "./frame.ts";
import { Bed, type Client, Ping, Walker } from "./testing/stream-bed.ts";

/** Whether a frame has an event for a client. */
function hears({ events }: Frame, client: Client): boolean {
  return events.some((event) => client.view.receives(event));
}

function bedOf(clients: number): Bed {
  const bed = new Bed(7);
  for (let i = 0; i < clients; i++) bed.join({ readable: false, far: i % 2 === 1 });
  bed.step();
  bed.send();
  return bed;
}

describe("entities and seats that come and go within one tick", () => {
  it("P-SNAP4 an event at an entity is not heard by who holds the slot's former tenant", () => {
    const bed = bedOf(2);
    const [client] = bed.clients as [Client];
    const old = bed.spawn();
    bed.step();
    bed.send();
    expect(client.view.handleOf(old.id)).toBeGreaterThan(0);
    bed.world.despawn(old);
    bed.step();
    // Spawned in the same slot for its owner alone; the client was not sent the end of the first one yet.
    const secret = bed.world.spawn(Walker, { x: 0, y: 0, audience: "seat", seat: { seat: 1 } });
    expect((secret.id - 1) & 0xffff).toBe((old.id - 1) & 0xffff);
    bed.writer.event(Ping, { who: secret.id, n: 3 }, { near: secret });
    bed.world.despawn(secret);
    const frame = bed.step();
    expect(hears(frame, client)).toBe(false);
    expect(hears(frame, bed.clients[1]!)).toBe(true);
  });

  it("[S-ROOM6] an event at an entity that died in an earlier tick is refused, whether its slot has a tenant or not", () => {
    const bed = bedOf(2);
    const old = bed.spawn();
    bed.step();
    bed.world.despawn(old);
    // in the tick of its death it still has a place
    bed.writer.event(Ping, { who: 0, n: 1 }, { near: old });
    expect(bed.step().events).toHaveLength(1);
    const gone = expect.objectContaining({ code: "ENTITY_GONE" }) as unknown;
    const speak = (): void => bed.writer.event(Ping, { who: 0, n: 2 }, { near: old });
    expect(speak).toThrow(gone);
    const tenant = bed.spawn();
    expect((tenant.id - 1) & 0xffff).toBe((old.id - 1) & 0xffff);
    expect(speak).toThrow(gone);
    bed.writer.event(Ping, { who: 0, n: 3 }, { near: tenant });
    expect(bed.step().events).toMatchObject([{ data: { n: 3 } }]);
  });

  it("an entity that is spawned, pinned and despawned in one tick is not seen and breaks nothing", () => {
    const bed = bedOf(2);
    const brief = bed.spawn();
    bed.writer.pin(0, brief.id, true);
    bed.world.despawn(brief);
    bed.step();
    bed.send();
    const next = bed.spawn();
    bed.step();
    bed.send();
    for (const client of bed.clients) bed.check(client);
    expect(bed.mirror.seats.get(0)!.pins.size).toBe(0);
    expect(bed.world.isAlive(next.id)).toBe(true);
  });

  it("a client goes on when its own entity dies and another takes its place later", () => {
    const bed = bedOf(1);
    const [client] = bed.clients as [Client];
    bed.world.despawn(bed.own.get(0)!);
    bed.writer.seat(0, { entity: 0, team: client.team });
    bed.step();
    bed.send();
    expect(client.replica.self).toBeUndefined();
    const next = bed.spawn(0, client.team);
    bed.own.set(0, next);
    bed.step();
    bed.send();
    bed.writer.seat(0, { entity: next.id, team: client.team });
    bed.step();
    bed.send();
    expect(client.replica.self?.id).toBe(client.view.handleOf(next.id));
    bed.check(client);
  });

  it("a seat that is gone leaves nothing to the next holder of its number", () => {
    const bed = bedOf(1);
    bed.writer.served(0, 55);
    bed.writer.seat(0, undefined);
    bed.step();
    expect(bed.mirror.seats.has(0)).toBe(false);
    expect(bed.far.seats.has(0)).toBe(false);
    bed.writer.seat(0, { entity: 0, team: 0 });
    bed.step();
    expect(bed.mirror.seats.get(0)!.served).toBe(0);
  });
});
