import type { Report, Row } from "../report.ts";
import { alone, beside, interleave, measure, type BenchOptions, type Sample } from "../rounds.ts";
import type { LandSettings } from "./land-run.ts";
import type { ZoneSettings } from "./zone-run.ts";

const zoneName = "200 players, 800 monsters";
const ticksPerSecond = 20;

/** Clients that read what they are sent. */
const watchers = 40;

/** One zone with 200 players and 800 monsters, and what each of seven savings is worth in it. */
export async function kits({ runs, quick }: BenchOptions): Promise<Report> {
  const span = quick ? { warmUp: 40, ticks: 100 } : { warmUp: 200, ticks: 600 };
  const zone =
    (more: Omit<ZoneSettings, "warmUp" | "ticks"> = {}) =>
    (): Promise<Sample> => {
      return measure(new URL("zone-run.ts", import.meta.url), { ...span, ...more });
    };
  const samples = await interleave(zoneName, runs, {
    "all on": zone(),
    "culling off": zone({ off: "culling" }),
    "level of detail off": zone({ off: "levelOfDetail" }),
    "path cache off": zone({ off: "pathCache" }),
    "pooling off": zone({ off: "pooling" }),
    "tiers off": zone({ off: "tiers" }),
    "in MessagePack": zone({ encoding: "msgpack" }),
    "in JSON": zone({ encoding: "json" }),
    watched: zone({ watchers }),
    "watched, tiers off": zone({ off: "tiers", watchers }),
  });
  const far = await lands("far", "culling", runs, quick);
  const around = await lands("around", "levelOfDetail", runs, quick);
  const spawning = await lands("spawning", "pooling", runs, quick);

  const on = samples["all on"];
  const whole = (name: string, side: keyof typeof samples): Row => ({
    case: name,
    metric: "whole tick, CPU",
    unit: "ms",
    ...beside(on, samples[side], "cpuMs"),
  });
  const rows: Row[] = [
    ...overall(on),
    saving(whole("AI culling", "culling off")),
    saving(part("AI culling", "kit, 800 far from players", far), "80–90 % of distant enemies'"),
    saving(whole("path cache", "path cache off")),
    saving(
      {
        case: "path cache",
        metric: "cells searched per tick",
        unit: "cells",
        ...beside(on, samples["path cache off"], "cells"),
      },
      "80–90 % of pathfinding's",
    ),
    saving(whole("level of detail", "level of detail off")),
    saving(
      part("level of detail", "kit, 800 about one group", around),
      "70–90 % with large entity counts",
    ),
    saving(whole("pooling", "pooling off")),
    saving(
      part("pooling", "kit, 100 die and come back", spawning),
      "70–90 % for what is often spawned",
    ),
    saving(whole("tiers", "tiers off")),
    saving(sent("tiers", "all that a client is sent", on, samples["tiers off"])),
    saving({
      case: "tiers",
      metric: "snapshots",
      unit: "B/s",
      ...perSecond(beside(samples.watched, samples["watched, tiers off"], "snapshotBytes")),
    }),
    saving(
      {
        case: "tiers",
        metric: "updates of those beyond 13 m, per tick",
        unit: "entities",
        ...beside(samples.watched, samples["watched, tiers off"], "farUpdates"),
      },
      "60–70 % for the distant",
    ),
    saving(
      {
        case: "deltas",
        metric: "snapshots, beside whole states",
        unit: "B/s",
        ...perSecond(beside(samples.watched, samples.watched, "snapshotBytes", "wholeBytes")),
      },
      "85 %",
    ),
    saving(whole("packing, beside JSON", "in JSON")),
    saving(
      sent("packing, beside JSON", "all that a client is sent", on, samples["in JSON"]),
      "80–90 %",
    ),
    saving(whole("packing, beside MessagePack", "in MessagePack")),
    saving(
      sent(
        "packing, beside MessagePack",
        "all that a client is sent",
        on,
        samples["in MessagePack"],
      ),
    ),
  ];
  const notes = [
    "ours: with it; peer: without it. Claimed is what 003_9cb7b3f5291eecc7 expects it to save.",
  ];
  return { bench: "kits", rows, notes };
}

function overall(on: readonly Sample[]): Row[] {
  const row = (metric: string, unit: string, name: string, more: Partial<Row> = {}): Row => ({
    case: zoneName,
    metric,
    unit,
    ...alone(on, name),
    ...more,
  });
  return [
    row("whole tick, p99", "ms", "tickP99", { bound: { of: "ours", max: 25 } }),
    row("whole tick, median", "ms", "tickP50"),
    row("whole tick, CPU, p99", "ms", "cpuP99"),
    row("whole tick, CPU", "ms", "cpuMs"),
    row("of it: taking inputs", "ms", "inputsMs"),
    row("of it: npc kit", "ms", "npcMs"),
    row("of it: combat kit", "ms", "combatMs"),
    row("chasing within 30 m, fewest", "monsters", "chasing", { bound: { of: "ours", min: 400 } }),
    row("living, fewest", "monsters", "monsters"),
    row("all that a client is sent", "B/s", "bytes", perSecond(alone(on, "bytes"))),
  ];
}

interface Lands {
  readonly on: Sample[];
  readonly off: Sample[];
}

function lands(
  land: LandSettings["land"],
  off: NonNullable<LandSettings["off"]>,
  runs: number,
  quick: boolean,
): Promise<Lands> {
  const script = new URL("land-run.ts", import.meta.url);
  const ticks = quick ? 320 : 3_200;
  return interleave(`${off}, ${land}`, runs, {
    on: () => measure(script, { land, ticks }),
    off: () => measure(script, { land, off, ticks }),
  });
}

function part(name: string, metric: string, { on, off }: Lands): Row {
  return { case: name, metric, unit: "µs", ...beside(on, off, "microseconds") };
}

function sent(name: string, metric: string, on: readonly Sample[], off: readonly Sample[]): Row {
  return { case: name, metric, unit: "B/s", ...perSecond(beside(on, off, "bytes")) };
}

/** Of bytes per tick. */
function perSecond<F extends { readonly ours: number; readonly peer?: number }>(figures: F): F {
  const { ours, peer } = figures;
  return {
    ...figures,
    ours: ours * ticksPerSecond,
    ...(peer === undefined ? {} : { peer: peer * ticksPerSecond }),
  };
}

/** Says beside a row what it saves, and what it was claimed to save. */
function saving(row: Row, claimed?: string): Row {
  const { ours, peer = 0 } = row;
  const saves = `saves ${Math.round((1 - ours / peer) * 100)} %`;
  return { ...row, about: claimed === undefined ? saves : `${saves}; claimed: ${claimed}` };
}
