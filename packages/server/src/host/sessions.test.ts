import { defineGame, room } from "@realmwright/core";
import { describe, expect, it } from "vitest";
import { type FakeEdge, HostBench } from "../testing/host-bench.ts";

const hooks: string[] = [];

const game = defineGame({
  name: "test",
  rooms: {
    town: room({
      tickRate: 20,
      graceMs: 2000,
      permanent: true,
      drop: (_, player) => void hooks.push(`drop ${player.name}`),
      reconnect: (_, player) => void hooks.push(`reconnect ${player.name}`),
    }),
    forest: room({ tickRate: 20, graceMs: 2000 }),
  },
});

interface Seated {
  readonly bench: HostBench;
  readonly edge: FakeEdge;
  readonly session: string;
  readonly secret: string;
  readonly room: string;
  readonly seat: number;
}

/** A host with one player in the town. */
async function seated(): Promise<Seated> {
  hooks.length = 0;
  const bench = await HostBench.start(game);
  const edge = bench.edge();
  const opened = bench.open(edge, "ann");
  const { room: id, seat } = bench.join(edge, opened.session, "town");
  return { bench, edge, ...opened, room: id, seat };
}

describe("sessions", () => {
  it("[S-SESSION1] a resume secret has 256 bits, and every session gets its own", async () => {
    const { bench, edge, secret } = await seated();
    expect(Buffer.from(secret, "base64url")).toHaveLength(32);
    expect(bench.open(edge, "ann").secret).not.toBe(secret);
  });

  it("[S-SESSION2] resumes after a drop: the same seat, by its secret, and a new secret", async () => {
    const { bench, edge, session, secret, room: id, seat } = await seated();
    edge.say({ type: "drop", session });
    bench.run(1000);
    const again = bench.open(edge, "ann", secret);
    bench.run();
    expect(again.secret).not.toBe(secret);
    expect(edge.last("joined")).toMatchObject({
      session: again.session,
      room: id,
      seat,
      resumed: true,
    });
    expect(hooks).toEqual(["drop ann", "reconnect ann"]);
  });

  it("[S-SESSION2] a secret serves once", async () => {
    const { bench, edge, session, secret } = await seated();
    edge.say({ type: "drop", session });
    bench.open(edge, "ann", secret);
    bench.open(edge, "ann", secret);
    expect(edge.all("opened").map(({ resumed }) => resumed)).toEqual([false, true, false]);
  });

  it("[S-SESSION3] a secret serves its account alone, and another that tries it changes nothing", async () => {
    const { bench, edge, session, secret, room: id, seat } = await seated();
    edge.say({ type: "drop", session });
    for (let i = 0; i < 3; i++) {
      bench.open(edge, "eve", secret);
      expect(edge.last("opened").resumed).toBe(false);
    }
    expect(edge.all("joined")).toHaveLength(1);
    const again = bench.open(edge, "ann", secret);
    expect(edge.last("opened").resumed).toBe(true);
    bench.run();
    expect(edge.last("joined")).toMatchObject({ session: again.session, room: id, seat });
  });

  it("[S-SESSION3] what is no secret resumes nothing and opens a session all the same", async () => {
    const { bench, edge, secret } = await seated();
    for (const bad of ["", "x", secret.slice(1), `${secret} `, secret.toUpperCase(), "\u0000"]) {
      expect(bench.open(edge, "ann", bad).secret).not.toBe("");
      expect(edge.last("opened").resumed).toBe(false);
    }
  });

  it("[S-SESSION4] the newest connection wins: the old one is superseded, on whichever edge", async () => {
    const { bench, edge, session, secret, room: id, seat } = await seated();
    const other = bench.edge();
    edge.news();
    const again = bench.open(other, "ann", secret);
    bench.run();
    expect(edge.news()).toEqual(["detach", "superseded"]);
    expect(edge.last("superseded").session).toBe(session);
    expect(other.last("joined")).toMatchObject({ session: again.session, room: id, seat });
    expect(hooks).toEqual([]);
    edge.say({ type: "drop", session });
    edge.say({ type: "leave", session, room: id, seat });
    bench.run(500);
    expect(hooks).toEqual([]);
    expect(bench.host.sessionCount).toBe(1);
  });

  it("[S-SESSION4] joining by the account from elsewhere takes the seat over, and the old session loses it", async () => {
    const { bench, edge, session, room: id, seat } = await seated();
    const other = bench.edge();
    const joined = bench.join(other, bench.open(other, "ann").session, "town");
    expect(joined).toMatchObject({ room: id, seat, resumed: true });
    expect(edge.last("left")).toMatchObject({ session, room: id, code: "SESSION_SUPERSEDED" });
    expect(edge.last("detach").room).toBe(id);
    expect(bench.host.rooms().find(({ name }) => name === "town")).toMatchObject({ players: 1 });
  });

  it("[S-SESSION5] is forgotten when its last seat is given up", async () => {
    const { bench, edge, session, secret } = await seated();
    edge.say({ type: "drop", session });
    bench.run(2200);
    bench.open(edge, "ann", secret);
    expect(edge.last("opened").resumed).toBe(false);
    expect(bench.host.rooms().find(({ name }) => name === "town")).toMatchObject({ players: 0 });
  });

  it("[S-SESSION5] one that held no seat leaves nothing to resume", async () => {
    const bench = await HostBench.start(game);
    const edge = bench.edge();
    const { session, secret } = bench.open(edge, "ann");
    edge.say({ type: "drop", session });
    bench.open(edge, "ann", secret);
    expect(edge.last("opened").resumed).toBe(false);
    expect(bench.host.sessionCount).toBe(1);
  });

  it("[S-SESSION6] a join that was under way when the connection broke is kept and resumed", async () => {
    const { bench, edge, session, secret } = await seated();
    bench.ask(edge, session, "forest");
    edge.say({ type: "drop", session });
    const again = bench.open(edge, "ann", secret);
    bench.run(200);
    const joined = edge.all("joined").filter((message) => message.session === again.session);
    expect(joined.map(({ name }) => name).toSorted()).toEqual(["forest", "town"]);
    for (const { request } of joined) expect(request).toBeUndefined();
  });

  it("[S-SESSION6] a join of a session that never comes back keeps its seat for the grace time only", async () => {
    const bench = await HostBench.start(game);
    const edge = bench.edge();
    const { session } = bench.open(edge, "ann");
    bench.ask(edge, session, "town");
    edge.say({ type: "drop", session });
    bench.run(100);
    const players = (): number => bench.host.rooms().find(({ name }) => name === "town")!.players;
    expect(players()).toBe(1);
    bench.run(2200);
    expect(players()).toBe(0);
  });

  it("[S-SESSION7] two sessions of one name are not taken", async () => {
    const bench = await HostBench.start(game);
    const edge = bench.edge();
    const open = {
      type: "open",
      session: "s",
      account: "ann",
      name: "ann",
      role: "player",
    } as const;
    edge.say(open);
    edge.say(open);
    bench.run();
    expect(edge.all("opened")).toHaveLength(1);
    expect(edge.last("denied").error.code).toBe("INTERNAL");
  });
});
