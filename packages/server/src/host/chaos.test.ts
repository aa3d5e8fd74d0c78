import { defineGame, type GameDefinition, room, type RoomDefinition } from "@realmwright/core";
import { document, entity, input, t } from "@realmwright/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HostBench, type LinkKind, noFiles } from "../testing/host-bench.ts";
import { StrictEdge } from "../testing/strict-edge.ts";

const Hero = entity("hero", { x: t.float() });
const Act = input("act", { what: t.uint(9) });
const Board = document("board", { round: t.uint(1e6) });

/** Rooms whose players can do to them whatever rooms have to bear. */
function game(): GameDefinition {
  const kind = (other: string, permanent: boolean): RoomDefinition =>
    room({
      tickRate: 20,
      graceMs: 300,
      maxPlayers: 3,
      permanent,
      entities: { Hero },
      inputs: { Act },
      documents: { shared: Board },
      join: (at, player) => void at.spawn(Hero, { owner: player }),
      tick: (at) => {
        for (const hero of at.all(Hero)) hero.x += 1;
      },
      on: {
        act: (at, player, { what }) => {
          if (what <= 3) at.transfer(player, other);
          else if (what === 4) at.kick(player);
          else if (what === 5) at.close();
          else if (what === 6) throw new Error("chaos");
          else if (what === 7) at.say("hello");
          else at.document.update((board) => void board.round++);
        },
      },
    });
  return defineGame({
    name: "chaos",
    rooms: { town: kind("forest", true), forest: kind("town", false) },
  });
}

/** What may happen, and how often compared with the rest. */
const weights = {
  open: 2,
  resume: 1,
  join: 3,
  leave: 1,
  drop: 1,
  chat: 1,
  act: 7,
  run: 3,
  reload: 1,
  kick: 1,
  newEdge: 1,
  loseEdge: 1,
} as const;
type What = keyof typeof weights;

interface Deed {
  readonly do: What;
  readonly a: number;
  readonly b: number;
}

const deed: fc.Arbitrary<Deed> = fc.record({
  do: fc.constantFrom(
    ...(Object.keys(weights) as What[]).flatMap((what) =>
      Array.from({ length: weights[what] }, () => what),
    ),
  ),
  a: fc.nat({ max: 99 }),
  b: fc.nat({ max: 99 }),
});

const deeds = (list: readonly (readonly [What, a?: number, b?: number])[]): Deed[] =>
  list.map(([what, a = 0, b = 0]) => ({ do: what, a, b }));

/** What has failed before. */
const found: [Deed[]][] = [
  // a session is resumed while its player is in a door
  [
    deeds([
      ["open", 0, 62],
      ["join"],
      ["run", 75],
      ["act"],
      ["run", 25],
      ["resume", 0, 2],
      ["run", 99],
    ]),
  ],
];

class Chaos {
  readonly bench: HostBench;
  readonly edges: StrictEdge[] = [];
  readonly gone: StrictEdge[] = [];
  #seq = 0;

  constructor(bench: HostBench) {
    this.bench = bench;
    this.#newEdge();
  }

  async act({ do: what, a, b }: Deed): Promise<void> {
    const edge = this.edges[a % this.edges.length]!;
    const [session, seats] = [...edge.sessions][b % edge.sessions.size] ?? [];
    const [id, seat] = [...(seats ?? [])][a % (seats?.size ?? 0)] ?? [];
    if (what === "open") this.bench.open(edge, `p${b % 6}`);
    else if (what === "resume") {
      const secrets = [...this.edges, ...this.gone].flatMap((of) => [...of.secrets.values()]);
      this.bench.open(edge, `p${b % 6}`, secrets[a % secrets.length]);
    } else if (what === "run") this.bench.run(a);
    else if (what === "reload") await this.bench.host.reload(game(), noFiles);
    else if (what === "kick") this.bench.host.kick(`p${b % 6}`);
    else if (what === "newEdge" && this.edges.length < 3) this.#newEdge();
    else if (what === "loseEdge" && this.edges.length > 1) {
      edge.link.close();
      this.gone.push(...this.edges.splice(this.edges.indexOf(edge), 1));
    }
    if (session === undefined) return;
    if (what === "join") this.bench.ask(edge, session, b % 3 === 0 ? "forest" : "town");
    if (what === "drop") this.#drop(edge, session);
    if (id === undefined || seat === undefined) return;
    if (what === "leave") edge.say({ type: "leave", session, room: id, seat });
    if (what === "chat") edge.say({ type: "chat", session, room: id, seat, text: "hello" });
    if (what === "act") {
      const items = [{ seq: ++this.#seq, input: 0, view: -1, value: { what: b % 10 } }];
      edge.say({ type: "input", session, room: id, seat, items });
    }
  }

  /** What must hold at any time. */
  check(): void {
    for (const edge of [...this.edges, ...this.gone]) expect(edge.complaints).toEqual([]);
  }

  /** What must hold when everything has been answered. */
  settle(): void {
    this.bench.run(1500);
    this.check();
    const held = this.edges.flatMap((edge) =>
      [...edge.sessions.values()].flatMap((seats) => [...seats.keys()]),
    );
    const players = this.bench.host.rooms().map(({ id, players: count }) => [id, count]);
    const expected = this.bench.host
      .rooms()
      .map(({ id }) => [id, held.filter((one) => one === id).length]);
    expect(players).toEqual(expected);
    const open = this.edges.reduce((sum, edge) => sum + edge.sessions.size, 0);
    expect(this.bench.host.sessionCount).toBe(open);
    expect(this.bench.host.keptSessionCount).toBe(0);
  }

  dropAll(): void {
    for (const edge of this.edges) {
      for (const session of edge.sessions.keys()) this.#drop(edge, session);
    }
  }

  #drop(edge: StrictEdge, session: string): void {
    edge.say({ type: "drop", session });
    edge.forget(session);
  }

  #newEdge(): void {
    this.edges.push(this.bench.edge(new StrictEdge()));
  }
}

for (const kind of ["local", "bus"] as const satisfies readonly LinkKind[]) {
  describe(`a host in chaos, ${kind} links`, () => {
    it("[S-HOST14] tells edges only what makes sense, loses no seat and keeps none too long", async () => {
      let joined = 0;
      let moved = 0;
      let failed = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(deed, { minLength: 80, maxLength: 200 }), async (deeds) => {
          const bench = await HostBench.start(game(), kind);
          const chaos = new Chaos(bench);
          for (const one of deeds) {
            await chaos.act(one);
            chaos.check();
          }
          chaos.settle();
          chaos.dropAll();
          chaos.settle();
          expect(bench.host.rooms().every(({ players }) => players === 0)).toBe(true);
          const lefts = [...chaos.edges, ...chaos.gone].flatMap((edge) => edge.all("left"));
          joined += chaos.edges.flatMap((edge) => edge.all("joined")).length;
          moved += lefts.filter(({ code }) => code === "MOVED").length;
          failed += lefts.filter(({ code }) => code === "ROOM_FAILED").length;
          bench.host.close();
          bench.run();
          expect(bench.clock.waiting).toBe(0);
        }),
        { numRuns: 60, examples: found },
      );
      expect(joined).toBeGreaterThan(100);
      expect(moved).toBeGreaterThan(5);
      expect(failed).toBeGreaterThan(3);
    });
  });
}
