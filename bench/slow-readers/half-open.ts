import { limits } from "@realmwright/protocol";
import { wait, withChildren } from "../children.ts";
import type { SilentFigures } from "../load/clients.ts";
import type { Moment, ServerFigures } from "../load/desk.ts";
import type { Scene } from "../load/scene.ts";
import { clientScript, clientsOf, scriptOf, secret, type Side } from "../load/stage.ts";
import type { Row } from "../report.ts";
import { highest, interleave, lowest, type BenchOptions, type Sample } from "../rounds.ts";

const ours: Side = { name: "ours", edges: 0 };
const settleMs = 2_000;
/** The server is looked at so often that what it did in time is seen in time. */
const momentMs = 10;
/** Seats are looked at so long before the grace time ends, and after. */
const besideMs = 1_000;
const graceMs = limits.seatGraceMs.value;
/** For the last one to be found, in milliseconds; the same for those in a room and those in none. */
const foundMs = 30_000;

/**
 * Connections whose other end is gone without a word: nothing comes, and what is sent is taken by the kernel. Half of them
 * have seats in a room, and are found by what they do not acknowledge; the others are in none, and miss pings.
 */
export async function halfOpen(
  runs: BenchOptions["runs"],
  quick: boolean,
): Promise<readonly Row[]> {
  const players = quick ? 10 : 100;
  const what = `${players} half-open connections in a room, ${players} in none`;
  const { samples } = await interleave(what, runs, { samples: () => fallSilent(players) });
  const row = (metric: string, unit: string, ours: number, bound: Row["bound"] & {}): Row => ({
    case: what,
    metric,
    unit,
    ours,
    bound,
    about: "the worst of the runs",
  });
  const seconds = { of: "ours", max: foundMs / 1_000 } as const;
  const all = { of: "ours", min: players, max: players } as const;
  return [
    row("in a room, the last one found after", "s", highest(samples, "seated"), seconds),
    row("in none, the last one found after", "s", highest(samples, "idle"), seconds),
    row("seats 29 s after the first was found", "", lowest(samples, "kept"), all),
    row("seats 31 s after the last was found", "", highest(samples, "left"), {
      of: "ours",
      max: 0,
    }),
  ];
}

async function fallSilent(players: number): Promise<Sample> {
  return await withChildren(async (start) => {
    const scene: Scene = { players, visible: 60, walk: "always" };
    const server = start(scriptOf(ours), { ...ours, scene, secret, momentMs });
    const { port } = await server.answer<{ port: number }>("listening");
    const shares = clientsOf(ours, { port, players: players * 2, shares: 2 });
    const clients = shares.map((about, share) =>
      start(clientScript, { ...about, isIdle: share === 1 }),
    );
    await Promise.all(clients.map((client) => client.answer("joined")));
    await wait(settleMs);
    server.tell("begin");
    const silent = await Promise.all(
      clients.map((client) => client.ask<SilentFigures>("silent", "silent")),
    );
    // From when the first may be found in a room to when the last seat must be gone.
    await wait(foundMs + graceMs + 2 * besideMs);
    const { moments } = await server.ask<ServerFigures>("end", "figures");
    return sampleOf(players, moments, silent);
  });
}

/** What came of them, by the server's word. */
function sampleOf(
  players: number,
  moments: readonly Moment[],
  silent: readonly SilentFigures[],
): Sample {
  const [inRoom, inNone] = silent as [SilentFigures, SilentFigures];
  const when = (isSo: (moment: Moment) => boolean): number =>
    moments.find(isSo)?.epochMs ?? Infinity;
  const seatsAt = (ms: number): number =>
    moments.find(({ epochMs }) => epochMs >= ms)?.players ?? NaN;
  const found = (why: string, count: number) => (moment: Moment) =>
    (moment.closed[why] ?? 0) >= count;
  const lastInRoomMs = when(found("TOO_SLOW", players));
  return {
    seated: (lastInRoomMs - inRoom.firstMs) / 1_000,
    idle: (when(found("IDLE_TIMEOUT", players)) - inNone.firstMs) / 1_000,
    kept: seatsAt(when(found("TOO_SLOW", 1)) + graceMs - besideMs),
    left: seatsAt(lastInRoomMs + graceMs + besideMs),
  };
}
