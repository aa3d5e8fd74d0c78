import { BotFleet, type BotBehaviour, type BotFigures } from "@realmwright/testkit";
import { figuresTable } from "../bots/figures-table.ts";
import { ReportFile } from "../bots/report-file.ts";
import { missed, type Thresholds } from "../bots/thresholds.ts";
import { Failure } from "../failure.ts";
import { invocation } from "../invocation.ts";
import { findGame } from "../game/game-folder.ts";
import { bundleServer, importFile } from "../game/server-bundle.ts";
import { untilAsked } from "../signals.ts";
import type { Terminal } from "../terminal.ts";

export interface BotsFlags {
  readonly game: string;
  readonly url: string;
  /** Undefined: until asked to stop. */
  readonly seconds?: number;
  readonly ramp: number;
  readonly encoding: "binary" | "msgpack" | "json";
  readonly rttP95?: number;
  readonly errors?: number;
  readonly joined?: number;
  readonly report?: string;
  readonly quiet?: true;
}

const tableEveryMs = 1000;

/** Sends bots into a running game until the time is over; answers the exit code. */
export async function bots(count: number, flags: BotsFlags, terminal: Terminal): Promise<number> {
  await mustAnswer(flags.url);
  const behaviour = await loadBehaviour(flags.game);
  const file = flags.report === undefined ? undefined : await ReportFile.at(flags.report);
  const fleet = new BotFleet({
    url: flags.url,
    count,
    behaviour,
    rampMs: flags.ramp * 1000,
    encoding: flags.encoding,
  });
  const isShown = flags.quiet !== true && terminal.isPerson;
  fleet.start();
  const table = figuresTable(terminal);
  const draw = (): void => {
    const figures = fleet.figures();
    // The end is drawn once, with the figures that count.
    if (figures.seconds < (flags.seconds ?? Number.POSITIVE_INFINITY)) {
      table.draw(figures, flags.seconds);
    }
  };
  if (isShown) draw();
  const drawing = isShown ? setInterval(draw, tableEveryMs) : undefined;
  await ended(flags.seconds);
  clearInterval(drawing);
  const figures = fleet.figures();
  fleet.stop();
  if (isShown) table.draw(figures, flags.seconds);
  return await conclude(figures, flags, file, terminal);
}

/** Says how it went: the report, the thresholds that were missed, the exit code. */
async function conclude(
  figures: BotFigures,
  flags: BotsFlags,
  file: ReportFile | undefined,
  terminal: Terminal,
): Promise<number> {
  const thresholds: Thresholds = {
    rttP95Ms: flags.rttP95,
    errors: flags.errors,
    joinedPercent: flags.joined,
  };
  const failures = missed(figures, thresholds);
  const report = { ...figures, thresholds, passed: failures.length === 0, failures };
  await file?.write(report);
  if (flags.quiet !== true) {
    if (!terminal.isPerson) process.stdout.write(`${JSON.stringify(report)}\n`);
    for (const failure of failures) process.stderr.write(`${terminal.red("✗")} ${failure}\n`);
    const isBound = Object.values(thresholds).some((bound) => bound !== undefined);
    const praise = isBound ? "all thresholds hold" : "no connection is lost";
    if (failures.length === 0) terminal.say(`${terminal.green("✓")} ${praise}`);
  }
  return failures.length === 0 ? 0 : 1;
}

/** Fails with advice when nothing, or something else, runs there. */
async function mustAnswer(url: string): Promise<void> {
  const { command, game } = invocation();
  let status: number;
  try {
    status = (await fetch(new URL("/readyz", url))).status;
  } catch (cause) {
    throw new Failure(
      `Nothing answers at ${url}.`,
      `Start a game first (${`${command} dev ${game}`.trimEnd()}), or name its address with --url.`,
      cause,
    );
  }
  if (status !== 200) {
    throw new Failure(`The server at ${url} is not ready (${status}).`, "Try again in a moment.");
  }
}

/** How the game's bots behave. A game that does not say has bots that join and stand still. */
async function loadBehaviour(path: string): Promise<BotBehaviour> {
  const game = findGame(path, "--game ");
  if (game.bots === undefined) return { act: () => undefined };
  const { file } = await bundleServer(game, game.bots, `bots-${process.pid}-0.mjs`);
  const module = await importFile<{ default?: Partial<BotBehaviour> }>(file, game.root);
  if (typeof module.default?.act !== "function") {
    throw new Failure(
      "The default export of bots.ts is not a behaviour.",
      "Write: export default bots<typeof game>()({ act(room, turn) { … } })",
    );
  }
  return module.default as BotBehaviour;
}

function ended(seconds: number | undefined): Promise<void> {
  if (seconds === undefined) return untilAsked();
  const time = new Promise<void>((resolve) => {
    setTimeout(resolve, seconds * 1000).unref();
  });
  return Promise.race([time, untilAsked()]);
}
