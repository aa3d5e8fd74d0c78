import { defineGame, room } from "@realmwright/core";
import { document, input, t } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import { type FakeEdge, HostBench, noFiles } from "../testing/host-bench.ts";

const Open = input("open", {});
const Shared = document("shared", { secret: t.string(20) });

/** Whoever is not ann waits outside until she opens. */
const den = room({
  inputs: { Open },
  documents: { shared: Shared },
  permanent: true,
  create: (at) => at.document.update((draft) => void (draft.secret = "under the mat")),
  join(at, player) {
    if (player.name !== "ann") at.hold(player);
  },
  on: {
    open(at) {
      for (const player of at.players.values()) at.letIn(player);
    },
  },
});
const game = defineGame({ name: "test", rooms: { den } });

interface Scene {
  readonly bench: HostBench;
  readonly ben: FakeEdge;
  readonly session: string;
  readonly room: string;
  readonly isMember: () => boolean;
  readonly open: (edge: FakeEdge, session: string, seat: number) => void;
  readonly letIn: () => void;
}

/** Ann is in, and ben, on an edge of his own, has asked. */
async function scene(): Promise<Scene> {
  const bench = await HostBench.start(game);
  const [at, ben] = [bench.edge(), bench.edge()];
  const ann = bench.open(at, "ann").session;
  const { seat, room: id } = bench.join(at, ann, "den");
  const { session } = bench.open(ben, "ben");
  bench.ask(ben, session, "den");
  bench.run(500);
  const open = (edge: FakeEdge, who: string, number: number): void => {
    const items = [{ seq: 1, input: 0, view: -1, value: {} }];
    edge.say({ type: "input", session: who, room: id, seat: number, items });
    bench.run();
  };
  const letIn = (): void => open(at, ann, seat);
  return {
    bench,
    ben,
    session,
    room: id,
    isMember: () => bench.host.isMember("ben", id),
    open,
    letIn,
  };
}

describe("[S-ROOM18] one whom a room holds outside", () => {
  test("is told nothing of it, can do nothing, and is no member before it is let in", async () => {
    const { bench, ben, session, room: id, isMember, open, letIn } = await scene();
    open(ben, session, 1);
    ben.say({ type: "chat", session, room: id, seat: 1, text: "hi" });
    bench.run();
    expect(ben.types()).toEqual(["descriptors", "opened"]);
    expect(ben.ticks.size).toBe(0);
    expect(isMember()).toBe(false);
    letIn();
    expect(ben.types()).toEqual(["descriptors", "opened", "attach", "joined"]);
    expect(ben.last("joined")).toMatchObject({
      resumed: false,
      documents: { shared: { value: { secret: "under the mat" } } },
    });
    expect(isMember()).toBe(true);
    expect(ben.all("chat")).toEqual([]);
  });

  test("loses its place when its account is removed", async () => {
    const { bench, isMember, letIn } = await scene();
    bench.host.kick("ben");
    bench.run();
    letIn();
    expect(isMember()).toBe(false);
    expect(bench.host.rooms()[0]).toMatchObject({ players: 1 });
  });

  test("has its seat kept when its connection was gone as it was let in", async () => {
    const { bench, ben, session, isMember, letIn } = await scene();
    ben.say({ type: "drop", session });
    bench.run();
    letIn();
    expect(isMember()).toBe(true);
    const back = bench.edge();
    expect(bench.join(back, bench.open(back, "ben").session, "den")).toMatchObject({
      resumed: true,
    });
  });

  test("waits on over a reload of the game", async () => {
    const { bench, ben, isMember, letIn } = await scene();
    await bench.host.reload(game, noFiles);
    bench.run();
    expect([isMember(), ben.all("attach"), ben.all("refused")]).toEqual([false, [], []]);
    letIn();
    expect(isMember()).toBe(true);
    expect(ben.all("joined")).toHaveLength(1);
  });
});
