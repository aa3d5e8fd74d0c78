import { defineGame, room } from "@realmwright/core";
import { limits, t } from "@realmwright/protocol";
import { describe, expect, it } from "vitest";
import { type FakeEdge, HostBench, noFiles } from "../testing/host-bench.ts";

const created: string[] = [];
const lobby = room({
  joinOptions: { code: t.string(6).default("") },
  create: (at) => void created.push(at.id),
});
const game = defineGame({
  name: "test",
  rooms: { hall: room({ permanent: true }), lobby },
});

/** What a call throws, by its code. */
function codeOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const idsOf = (bench: HostBench): string[] => bench.host.rooms().map(({ id }) => id);

function leave(edge: FakeEdge, session: string, joined: { room: string; seat: number }): void {
  edge.say({ type: "leave", session, room: joined.room, seat: joined.seat });
}

describe("[S-ROOM16] a room that is opened", () => {
  it("is of its kind, has its id at once, and is joined by it", async () => {
    const bench = await HostBench.start(game);
    created.length = 0;
    const opened = bench.host.open("lobby", { id: "X7-Q_2" });
    expect(opened).toEqual({ id: "X7-Q_2", name: "lobby", tick: 0, players: 0, spectators: 0 });
    expect(created).toEqual(["X7-Q_2"]);
    const edge = bench.edge();
    const joined = bench.join(edge, bench.open(edge, "ann").session, "X7-Q_2");
    expect(joined).toMatchObject({ room: "X7-Q_2", name: "lobby" });
    expect(bench.host.rooms().at(-1)).toMatchObject({ id: "X7-Q_2", players: 1 });
  });

  it("ends when nobody has come within its time, not a tick earlier", async () => {
    const bench = await HostBench.start(game);
    bench.host.open("lobby", { id: "long" });
    bench.host.open("lobby", { id: "short", emptyMs: 2000 });
    bench.host.open("lobby", { id: "none", emptyMs: 0 });
    bench.run(100);
    expect(idsOf(bench).slice(1)).toEqual(["long", "short"]);
    bench.run(1850);
    expect(idsOf(bench)).toContain("short");
    bench.run(50);
    expect(idsOf(bench).slice(1)).toEqual(["long"]);
    const { value: openedRoomMs } = limits.openedRoomMs;
    bench.run(openedRoomMs - 2050);
    expect(idsOf(bench)).toContain("long");
    bench.run(50);
    expect(idsOf(bench)).toHaveLength(1);
    expect(codeOf(() => bench.host.open("lobby", { id: "long" }))).toBeUndefined();
  });

  it("ends as every room once somebody was in it, player or spectator", async () => {
    const bench = await HostBench.start(game);
    const edge = bench.edge();
    const { session } = bench.open(edge, "ann");
    bench.host.open("lobby", { id: "one" });
    leave(edge, session, bench.join(edge, session, "one"));
    bench.run();
    expect(idsOf(bench)).not.toContain("one");
    bench.host.open("lobby", { id: "two" });
    bench.ask(edge, session, "two", { spectate: true });
    bench.run();
    const { seat } = edge.last("joined");
    leave(edge, session, { room: "two", seat });
    bench.run();
    expect(idsOf(bench)).not.toContain("two");
  });

  it("goes on waiting after a reload, which is a checkpoint and a restore", async () => {
    const bench = await HostBench.start(game);
    bench.host.open("lobby", { id: "kept", emptyMs: 1000 });
    bench.run(500);
    await bench.host.reload(game, noFiles);
    bench.run(400);
    expect(idsOf(bench)).toContain("kept");
    bench.run(200);
    expect(idsOf(bench)).not.toContain("kept");
  });

  it.each(["", "a b", "a/b", "lobby:1", "ä", "__proto__ ", "x".repeat(41), "hall"])(
    "has no id like %j",
    async (id) => {
      const bench = await HostBench.start(game);
      expect(codeOf(() => bench.host.open("lobby", { id }))).toBe("ROOM_ID_INVALID");
      expect(idsOf(bench)).toHaveLength(1);
    },
  );

  it("may have an id of 40 characters", async () => {
    const bench = await HostBench.start(game);
    const id = "x".repeat(limits.roomIdCharacters.value);
    expect(bench.host.open("lobby", { id }).id).toBe(id);
  });

  it("is refused where it can not be", async () => {
    const failing = room({
      create: () => {
        throw new Error("broken");
      },
    });
    const bench = await HostBench.start(
      defineGame({ name: "test", rooms: { ...game.rooms, failing } }),
      "local",
      { roomsMax: 2 },
    );
    const open = (kind: string, id: string, emptyMs = 1000): string | undefined =>
      codeOf(() => bench.host.open(kind, { id, emptyMs }));
    expect(open("__proto__", "a")).toBe("ROOM_UNKNOWN");
    expect(open("failing", "a")).toBe("ROOM_FAILED");
    for (const never of [-1, Number.NaN, Infinity]) {
      expect(open("lobby", "a", never)).toBe("GAME_INVALID");
    }
    expect(open("lobby", "a")).toBeUndefined();
    expect(open("lobby", "a")).toBe("ROOM_EXISTS");
    expect(open("lobby", "b")).toBe("SERVER_FULL");
    void bench.host.drain();
    expect(open("lobby", "c")).toBe("SERVER_DRAINING");
  });

  it("[S-ROOM17] has the accounts as members that hold a player's seat", async () => {
    const bench = await HostBench.start(game);
    const { host } = bench;
    host.open("lobby", { id: "den" });
    const edge = bench.edge();
    const [ann, ben] = ["ann", "ben"].map((name) => bench.open(edge, name).session);
    const joined = bench.join(edge, ann!, "den");
    bench.ask(edge, ben!, "den", { spectate: true });
    bench.run();
    const members = (): boolean[] =>
      ["ann", "ben", "cid"].map((name) => host.isMember(name, "den"));
    expect(members()).toEqual([true, false, false]);
    expect(host.isMember("ann", "hall")).toBe(false);
    expect(host.isMember("ann", "nowhere")).toBe(false);
    edge.say({ type: "drop", session: ann! });
    bench.run();
    expect(members()).toEqual([true, false, false]);
    bench.run(limits.seatGraceMs.value);
    expect(members()).toEqual([false, false, false]);
    expect(joined.seat).toBe(0);
  });
});
