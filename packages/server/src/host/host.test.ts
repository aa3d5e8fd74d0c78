import { defineGame, room } from "@realmwright/core";
import { document, entity, event, input, limits, t } from "@realmwright/protocol";
import { describe, expect, it } from "vitest";
import { HostBench, type LinkKind } from "../testing/host-bench.ts";

const Hero = entity("hero", { x: t.float(), y: t.float(), hp: t.uint(100) });
const Hit = input("hit", { power: t.uint(9) });
const Boom = event("boom", { power: t.uint(9) });
const Board = document("board", { round: t.uint(100) });
const Bag = document("bag", { gold: t.uint(100) });

const town = room({
  tickRate: 20,
  entities: { Hero },
  inputs: { Hit },
  events: { Boom },
  documents: { shared: Board, private: Bag },
  permanent: true,
  maxPlayers: 3,
  graceMs: 1000,
  admit: (at, applicant) => (applicant.name === "bad" ? at.refuse("BANNED") : undefined),
  join: (at, player) => {
    at.spawn(Hero, { owner: player, x: 5, hp: 50 });
    player.document.update((bag) => {
      bag.gold = 7;
    });
  },
  on: {
    hit: (at, player, data) => {
      if (data.power === 1) at.transfer(player, "forest", { hp: 9 });
      if (data.power === 2) throw new Error("broken");
      if (data.power === 3) at.transfer(player, "nowhere");
      if (data.power === 4) at.transfer(player, "cell");
      if (data.power === 5) at.say("to one", player);
      if (data.power === 6) at.transfer(player, at.id);
      if (data.power === 7) at.emit(Boom, data, "all");
    },
  },
});
const forest = room({
  joinOptions: { hp: t.uint(100).default(1) },
  entities: { Hero },
  graceMs: 1000,
  join: (at, player, options) => void at.spawn(Hero, { owner: player, hp: options.hp }),
});
const cell = room({ maxPlayers: 1, permanent: true, admit: (at) => at.refuse("LOCKED_UP") });
const game = defineGame({ name: "test", rooms: { town, forest, cell } });

for (const kind of ["local", "bus"] as const satisfies readonly LinkKind[]) {
  describe(`a host and its edges, ${kind} links`, () => {
    it("[S-HOST1] tells an edge first of all what the game is", async () => {
      const bench = await HostBench.start(game, kind);
      const edge = bench.edge();
      expect(edge.types()).toEqual(["descriptors"]);
      const { entry, rooms, hash } = edge.last("descriptors");
      expect(entry).toBe("town");
      expect(Object.keys(rooms)).toEqual(["town", "forest", "cell"]);
      expect(rooms["town"]).toMatchObject({ name: "town", tickRate: 20, sendRate: 20 });
      expect(hash).toMatch(/^[0-9a-f]{16}$/);
    });

    it("[S-HOST2] answers a join by attach, the state, and joined; the mirror shows what it says", async () => {
      const bench = await HostBench.start(game, kind);
      const edge = bench.edge();
      const { session } = bench.open(edge, "ann");
      edge.news();
      const joined = bench.join(edge, session, "town");
      expect(edge.news()).toEqual(["attach", "joined"]);
      expect(joined).toMatchObject({
        session,
        name: "town",
        seat: 0,
        spectator: false,
        resumed: false,
        inputSeq: 0,
        documents: {
          shared: { version: 1, value: { round: 0 } },
          private: { version: 2, value: { gold: 7 } },
        },
      });
      const mirror = edge.mirrors.get(joined.room)!;
      expect(mirror.tick).toBeGreaterThanOrEqual(joined.tick);
      expect(mirror.seats.get(0)!.entity).toBeGreaterThanOrEqual(0);
      expect(joined.entity).toBeGreaterThan(0);
    });

    it("[S-HOST2] gives every edge every tick of the rooms that it reads, and no others", async () => {
      const bench = await HostBench.start(game, kind);
      const near = bench.edge();
      const far = bench.edge();
      const { room: id } = bench.join(near, bench.open(near, "ann").session, "town");
      bench.run(300);
      const { room: same } = bench.join(far, bench.open(far, "ben").session, "town");
      expect(same).toBe(id);
      bench.run(500);
      for (const edge of [near, far]) {
        const ticks = edge.ticks.get(id)!;
        expect(ticks.length).toBeGreaterThan(9);
        expect(ticks).toEqual(ticks.map((_, i) => ticks[0]! + i));
        expect(edge.mirrors.get(id)!.seats.size).toBe(2);
        expect([...edge.ticks.keys()]).toEqual([id]);
      }
    });

    it("[S-HOST3] detaches an edge after its last member has left, and attaches it anew", async () => {
      const bench = await HostBench.start(game, kind);
      const edge = bench.edge();
      const ann = bench.open(edge, "ann").session;
      const ben = bench.open(edge, "ben").session;
      const first = bench.join(edge, ann, "town");
      const second = bench.join(edge, ben, "town");
      edge.news();
      edge.say({ type: "leave", session: ann, room: first.room, seat: first.seat });
      bench.run();
      expect(edge.news()).toEqual(["left"]);
      expect(edge.last("left")).toMatchObject({ session: ann, code: "LEFT" });
      edge.say({ type: "leave", session: ben, room: second.room, seat: second.seat });
      bench.run();
      expect(edge.news()).toEqual(["left", "detach"]);
      const ticks = edge.ticks.get(first.room)!.length;
      bench.run(500);
      expect(edge.ticks.get(first.room)).toHaveLength(ticks);
      bench.join(edge, ann, "town");
      expect(edge.news()).toEqual(["attach", "joined"]);
    });

    it("[S-HOST4] finds rooms by id, by name, or the entry by no name; makes a new one when all are full", async () => {
      const bench = await HostBench.start(game, kind);
      const edge = bench.edge();
      const rooms: string[] = [];
      for (const name of ["ann", "ben", "cid", "dan"]) {
        rooms.push(bench.join(edge, bench.open(edge, name).session, "").room);
      }
      expect(new Set(rooms).size).toBe(2);
      expect(rooms[2]).toBe(rooms[0]);
      expect(bench.join(edge, bench.open(edge, "eve").session, rooms[3]!).room).toBe(rooms[3]);
      expect(bench.host.rooms().filter(({ name }) => name === "town")).toHaveLength(2);
    });

    it("[S-HOST4] refuses what can not be joined, each with its error", async () => {
      const bench = await HostBench.start(game, kind, { roomsMax: 2 });
      const edge = bench.edge();
      const { session } = bench.open(edge, "ann");
      const bad = bench.open(edge, "bad").session;
      const codeOf = (asked: number): string => {
        bench.run();
        return edge.all("refused").find(({ request }) => request === asked)?.error.code ?? "none";
      };
      expect(codeOf(bench.ask(edge, session, "nowhere"))).toBe("ROOM_UNKNOWN");
      expect(codeOf(bench.ask(edge, session, "town-none"))).toBe("ROOM_UNKNOWN");
      expect(codeOf(bench.ask(edge, session, "__proto__"))).toBe("ROOM_UNKNOWN");
      expect(codeOf(bench.ask(edge, session, "forest"))).toBe("SERVER_FULL");
      expect(codeOf(bench.ask(edge, session, "forest", { spectate: true }))).toBe("ROOM_UNKNOWN");
      expect(codeOf(bench.ask(edge, session, "town", { options: { x: [] } }))).toBe(
        "OPTIONS_INVALID",
      );
      expect(codeOf(bench.ask(edge, session, "town"))).toBe("none");
      expect(codeOf(bench.ask(edge, bad, "town"))).toBe("BANNED");
      expect(codeOf(bench.ask(edge, session, "town"))).toBe("ALREADY_A_MEMBER");
    });

    it("[S-HOST4] refuses a second join while the first one waits, and more rooms than a session may have", async () => {
      const rooms = Object.fromEntries(
        Array.from({ length: 9 }, (_, i) => [`room${i}`, room({ permanent: true })]),
      );
      const bench = await HostBench.start(defineGame({ name: "many", rooms }), kind);
      const edge = bench.edge();
      const { session } = bench.open(edge, "ann");
      bench.ask(edge, session, "room0");
      bench.ask(edge, session, "room0");
      for (let i = 1; i < 8; i++) bench.ask(edge, session, `room${i}`);
      const ninth = bench.ask(edge, session, "room8");
      bench.run();
      expect(edge.all("joined")).toHaveLength(limits.memberships.value);
      expect(edge.all("refused").map(({ error }) => error.code)).toEqual([
        "ALREADY_A_MEMBER",
        "MEMBERSHIPS_FULL",
      ]);
      expect(edge.last("refused").request).toBe(ninth);
    });

    it("[S-HOST5] takes inputs of a seat only from the session and the edge that hold it", async () => {
      const bench = await HostBench.start(game, kind);
      const near = bench.edge();
      const far = bench.edge();
      const ann = bench.open(near, "ann").session;
      const eve = bench.open(far, "eve").session;
      const { room: id, seat } = bench.join(near, ann, "town");
      bench.join(far, eve, "town");
      const items = [{ seq: 1, input: 0, view: -1, value: { power: 2 } }];
      far.say({ type: "input", session: eve, room: id, seat, items });
      far.say({ type: "input", session: ann, room: id, seat, items });
      far.say({ type: "leave", session: ann, room: id, seat });
      far.say({ type: "leave", session: eve, room: id, seat });
      far.say({ type: "drop", session: ann });
      far.say({ type: "chat", session: eve, room: id, seat, text: "I am ann" });
      near.say({ type: "input", session: ann, room: id, seat: 99, items });
      near.say({ type: "input", session: "nobody", room: id, seat, items });
      bench.run(200);
      expect(bench.host.rooms().find((one) => one.id === id)).toMatchObject({ players: 2 });
      expect(near.all("chat")).toEqual([]);
      expect(bench.log.of("error")).toEqual([]);
    });

    it("[S-HOST6] a room that throws is told to its members alone; the others go on", async () => {
      const bench = await HostBench.start(game, kind);
      const edge = bench.edge();
      const ann = bench.open(edge, "ann").session;
      const ben = bench.open(edge, "ben").session;
      const doomed = bench.join(edge, ann, "town");
      const safe = bench.join(edge, ben, "forest");
      edge.news();
      const items = [{ seq: 1, input: 0, view: -1, value: { power: 2 } }];
      edge.say({ type: "input", session: ann, room: doomed.room, seat: doomed.seat, items });
      bench.run();
      expect(edge.news()).toEqual(["left", "detach"]);
      expect(edge.last("left")).toMatchObject({ session: ann, code: "ROOM_FAILED" });
      const ticks = edge.ticks.get(safe.room)!.length;
      bench.run(500);
      expect(edge.ticks.get(safe.room)!.length).toBeGreaterThan(ticks + 8);
      // the next who wants the room gets a new one
      expect(bench.join(edge, ann, "town").room).not.toBe(doomed.room);
    });

    it("[S-HOST7] leads through a door: joined in the new room, then left in the old one", async () => {
      const bench = await HostBench.start(game, kind);
      const edge = bench.edge();
      const { session } = bench.open(edge, "ann");
      const before = bench.join(edge, session, "town");
      edge.news();
      const items = [{ seq: 1, input: 0, view: -1, value: { power: 1 } }];
      edge.say({ type: "input", session, room: before.room, seat: before.seat, items });
      bench.run(200);
      expect(edge.news()).toEqual(["attach", "joined", "left", "detach"]);
      const after = edge.last("joined");
      expect(after).toMatchObject({ name: "forest", from: before.room });
      expect(after.request).toBeUndefined();
      expect(edge.last("left")).toMatchObject({ room: before.room, code: "MOVED", to: after.room });
      expect(bench.host.rooms().find(({ name }) => name === "town")).toMatchObject({ players: 0 });
    });

    it("[S-HOST7] a door that can not open leaves the player where it is, with a notice", async () => {
      const bench = await HostBench.start(game, kind);
      const edge = bench.edge();
      const { session } = bench.open(edge, "ann");
      const { room: id, seat } = bench.join(edge, session, "town");
      const codes: string[] = [];
      for (const [i, power] of [3, 4, 6].entries()) {
        const items = [{ seq: i + 1, input: 0, view: -1, value: { power } }];
        edge.say({ type: "input", session, room: id, seat, items });
        bench.run(1500);
        codes.push(edge.last("notice").code);
      }
      expect(codes).toEqual(["ROOM_UNKNOWN", "LOCKED_UP", "ROOM_UNKNOWN"]);
      expect(edge.all("left")).toEqual([]);
      expect(bench.host.rooms().find((one) => one.id === id)).toMatchObject({ players: 1 });
    });

    it("[S-HOST7] who leaves while its door opens has left, and comes from nowhere", async () => {
      const bench = await HostBench.start(game, kind);
      const edge = bench.edge();
      const ann = bench.open(edge, "ann").session;
      const { room: id, seat } = bench.join(edge, ann, "town");
      const items = [{ seq: 1, input: 0, view: -1, value: { power: 1 } }];
      edge.say({ type: "input", session: ann, room: id, seat, items });
      while (bench.host.rooms().length === 2) bench.run(1);
      edge.say({ type: "leave", session: ann, room: id, seat });
      bench.run(200);
      expect(edge.all("left").map(({ code }) => code)).toEqual(["LEFT"]);
      expect(edge.last("joined").name).toBe("forest");
      expect(edge.last("joined").from).toBeUndefined();
    });

    it("[S-HOST8] sends chat to the edges that read the room, and what is for one to its edge alone", async () => {
      const bench = await HostBench.start(game, kind);
      const near = bench.edge();
      const far = bench.edge();
      const ann = bench.open(near, "ann").session;
      const ben = bench.open(far, "ben").session;
      const mine = bench.join(near, ann, "town");
      bench.join(far, ben, "town");
      near.say({ type: "chat", session: ann, room: mine.room, seat: mine.seat, text: "hello" });
      bench.run();
      for (const edge of [near, far]) {
        expect(edge.last("chat")).toMatchObject({ seat: mine.seat, name: "ann", text: "hello" });
        expect(edge.last("chat").time).toBeGreaterThan(1e12);
      }
      const items = [{ seq: 1, input: 0, view: -1, value: { power: 5 } }];
      near.say({ type: "input", session: ann, room: mine.room, seat: mine.seat, items });
      bench.run();
      expect(near.last("chat")).toMatchObject({ seat: -1, text: "to one", to: mine.seat });
      expect(far.all("chat")).toHaveLength(1);
    });

    it("[S-HOST10] puts an account out of all rooms and ends its sessions", async () => {
      const bench = await HostBench.start(game, kind);
      const edge = bench.edge();
      const { session } = bench.open(edge, "ann");
      bench.join(edge, session, "town");
      expect(bench.host.kick("nobody")).toBe(0);
      expect(bench.host.kick("ann", "KICKED", "Cheating.")).toBe(1);
      bench.run();
      const error = { code: "KICKED", text: "Cheating." };
      expect(edge.last("end")).toMatchObject({ session, error });
      expect(bench.host.rooms()[0]!.players).toBe(0);
      expect([bench.host.sessionCount, bench.host.keptSessionCount]).toEqual([0, 0]);
    });

    it.each([
      ["codeCharacters", "C".repeat(limits.codeCharacters.value), true],
      ["codeCharacters: one more", "C".repeat(limits.codeCharacters.value + 1), false],
      ["no code", "", false],
      ["half a character", "\ud800", false],
    ])("[S-HOST10] %s: a code may be so long", async (_, code, isFine) => {
      const bench = await HostBench.start(game, kind);
      const edge = bench.edge();
      const { session } = bench.open(edge, "ann");
      bench.join(edge, session, "town");
      const kick = (): number => bench.host.kick("ann", code, "x".repeat(300));
      if (isFine) {
        expect(kick()).toBe(1);
        bench.run();
        const error = { code, text: "x".repeat(256) };
        expect(edge.last("end")).toMatchObject({ session, error });
      } else {
        const invalid = { code: limits.codeCharacters.error };
        expect(kick).toThrow(expect.objectContaining(invalid));
        bench.run();
        expect(edge.all("end")).toEqual([]);
        expect(bench.host.rooms()[0]!.players).toBe(1);
      }
    });

    it("[S-HOST11] an edge that is gone drops its sessions; their seats wait", async () => {
      const bench = await HostBench.start(game, kind);
      const edge = bench.edge();
      const { session, secret } = bench.open(edge, "ann");
      const joined = bench.join(edge, session, "town");
      edge.link.close();
      bench.run();
      expect(bench.host.sessionCount).toBe(0);
      const other = bench.edge();
      const again = bench.open(other, "ann", secret);
      bench.run();
      expect(other.last("opened").resumed).toBe(true);
      expect(other.last("joined")).toMatchObject({
        session: again.session,
        room: joined.room,
        seat: joined.seat,
        resumed: true,
      });
    });
  });
}

describe("a host", () => {
  it("[S-HOST12] takes as many sessions as its limit and denies one more", async () => {
    const bench = await HostBench.start(game, "local", { sessionsMax: 2 });
    const edge = bench.edge();
    const first = bench.open(edge, "ann");
    bench.open(edge, "ben");
    expect(bench.open(edge, "cid").secret).toBe("");
    expect(edge.last("denied").error).toMatchObject({ code: "SERVER_FULL", retryAfterMs: 5000 });
    edge.say({ type: "drop", session: first.session });
    expect(bench.open(edge, "cid").secret).not.toBe("");
  });

  it("[S-HOST4] makes as many rooms as its limit and not one more", async () => {
    const tiny = defineGame({ name: "tiny", rooms: { cell: room({ maxPlayers: 1 }) } });
    const bench = await HostBench.start(tiny, "local", { roomsMax: 2 });
    const edge = bench.edge();
    for (const name of ["ann", "ben"]) bench.join(edge, bench.open(edge, name).session, "cell");
    bench.ask(edge, bench.open(edge, "cid").session, "cell");
    bench.run();
    expect(edge.last("refused").error.code).toBe("SERVER_FULL");
    expect(bench.host.rooms()).toHaveLength(2);
  });

  it("[S-HOST4] closes a room that nobody is in any more", async () => {
    const bench = await HostBench.start(game);
    const edge = bench.edge();
    const { session } = bench.open(edge, "ann");
    const { room: id, seat } = bench.join(edge, session, "forest");
    edge.say({ type: "leave", session, room: id, seat });
    bench.run();
    expect(bench.host.rooms().map(({ name }) => name)).toEqual(["town", "cell"]);
    expect(bench.metrics.value("realmwright_rooms", { room: "forest" })).toBe(0);
  });

  it("[S-HOST4] refuses a join when the room that it would need can not begin, and logs why", async () => {
    const broken = room({
      create: () => {
        throw new Error("no map");
      },
    });
    const start = defineGame({ name: "broken", rooms: { fine: room({}), broken } });
    const bench = await HostBench.start(start);
    const edge = bench.edge();
    bench.ask(edge, bench.open(edge, "ann").session, "broken");
    bench.run();
    expect(edge.last("refused").error.code).toBe("ROOM_FAILED");
    expect(bench.log.of("error")[0]!.data["error"]).toMatchObject(new Error("no map"));
    expect(bench.host.rooms()).toEqual([]);
  });

  it("[S-HOST2] answers nothing inside the call that asks", async () => {
    const bench = await HostBench.start(game);
    const edge = bench.edge();
    edge.news();
    edge.say({ type: "open", session: "s", account: "ann", name: "ann", role: "player" });
    edge.say({ type: "join", session: "s", request: 1, room: "nowhere", spectate: false });
    expect(edge.news()).toEqual([]);
    bench.clock.advance(0);
    expect(edge.news()).toEqual(["opened", "refused"]);
  });
});
