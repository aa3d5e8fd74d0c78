import { defineGame, room } from "@realmwright/core";
import { createLog, createServer, type Server } from "@realmwright/server";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FieldGame, fieldGame, Move, Shout } from "../testing/field-game.ts";
import { until } from "../testing/until.ts";
import { bots } from "./behaviour.ts";
import { percentile } from "./figures.ts";
import { BotFleet } from "./fleet.ts";

describe("a fleet of bots", () => {
  let server: Server;
  let fleet: BotFleet | undefined;

  beforeEach(async () => {
    server = createServer({
      game: fieldGame(),
      secret: new Uint8Array(32).fill(9),
      http: { port: 0 },
      log: createLog({ level: "silent" }),
    });
    await server.start();
  });
  afterEach(async () => {
    fleet?.stop();
    await server.stop();
  });

  const send = (behaviour: ReturnType<ReturnType<typeof bots>>, count: number): BotFleet => {
    fleet = new BotFleet({ url: server.url, count, behaviour, rampMs: 0 });
    fleet.start();
    return fleet;
  };

  test("joins, acts and reports how it fared", async () => {
    const acted = new Map<number, number[]>();
    const run = send(
      bots<FieldGame>()<{ turns: number }>({
        name: (index) => `Bot ${index}`,
        room: (index) => (index % 2 === 0 ? "field" : "cave"),
        options: (index) => ({ x: 100 + index }),
        remember: () => ({ turns: 0 }),
        act(room, { index, memory, random }) {
          memory.turns++;
          acted.set(index, [...(acted.get(index) ?? []), random.unit()]);
          room.input(Move, { dx: 1, dy: 0 });
          if (memory.turns === 2) void room.send(Shout, { text: room.name });
        },
      }),
      6,
    );
    await until(() => run.figures().joined === 6 || "six bots in their rooms");
    expect(
      server
        .stats()
        .rooms.map(({ name, players }) => `${name} ${players}`)
        .sort(),
    ).toEqual(["cave 3", "field 3"]);
    await until(() => acted.size === 6 && [...acted.values()].every((turns) => turns.length > 2));
    await until(() => run.figures().rttMs.p50 > 0 && run.figures().bytesOutPerSecond > 0);
    const { wanted, connected, errors, errorCount, rttMs, snapshotsPerSecond } = run.figures();
    expect({ wanted, connected, errors, errorCount }).toEqual({
      wanted: 6,
      connected: 6,
      errors: {},
      errorCount: 0,
    });
    expect(rttMs.p99).toBeGreaterThanOrEqual(rttMs.p50);
    expect(snapshotsPerSecond).toBeGreaterThan(0);
    // the same bot has the same luck in every run
    expect(new Set([...acted.values()].map(([first]) => first)).size).toBe(6);
    run.stop();
    await until(() => server.stats().sessions === 0 || "all have gone");
  });

  test("counts by code what refuses them and what they throw", async () => {
    const run = send(
      bots<FieldGame>()({
        options: (index) => (index < 2 ? { banned: true } : {}),
        act() {
          throw new RangeError("the behaviour fails on purpose");
        },
      }),
      3,
    );
    await until(() => {
      const { errors } = run.figures();
      return (errors["JOIN_REFUSED"] === 2 && (errors["RangeError"] ?? 0) > 1) || "errors";
    });
    expect(run.figures()).toMatchObject({ joined: 1, connected: 3, lost: 0 });
  });

  test("counts a connection that breaks once, however often it is tried again", async () => {
    const run = send(bots<FieldGame>()({ act: () => undefined }), 3);
    await until(() => run.figures().joined === 3 || "three bots in their room");
    await server.stop();
    await until(() => run.figures().lost === 3 || "three connections lost");
    expect(run.figures()).toMatchObject({ connected: 0, joined: 0, lost: 3 });
    expect(run.figures().errors["CONNECTION_LOST"]).toBe(3);
    run.stop();
    expect(run.figures().errors["CONNECTION_LOST"]).toBe(3);
  });

  test("counts one that the server ends for good", async () => {
    const accounts: string[] = [];
    const field = room({ admit: (_, { account }) => void accounts.push(account) });
    await server.reload(defineGame({ name: "field", rooms: { field } }));
    const run = send(bots<FieldGame>()({ act: () => undefined }), 2);
    await until(() => run.figures().joined === 2 || "two bots in their room");
    server.kick(accounts[0]!);
    await until(() => run.figures().lost === 1 || "one connection lost");
    expect(run.figures()).toMatchObject({
      connected: 1,
      joined: 1,
      errors: { KICKED: 1, CONNECTION_LOST: 1 },
    });
  });
});

test.each([
  [[], 0.5, 0],
  [[7], 0.99, 7],
  [[1, 2, 3, 4], 0.5, 2],
  [[1, 2, 3, 4], 0.95, 4],
  [Array.from({ length: 100 }, (_, i) => i + 1), 0.95, 95],
])("of %j no more than %d are above the percentile", (sorted, share, value) => {
  expect(percentile(sorted, share)).toBe(value);
});
