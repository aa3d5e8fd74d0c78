import { openBackendOf } from "../backend.ts";
import type { Server } from "@realmwright/server";
import { banner } from "../banner.ts";
import type { Configuration } from "../config/configuration.ts";
import { mustBeForProduction } from "../config/production.ts";
import { buildClient } from "../game/client-bundle.ts";
import { findGame } from "../game/game-folder.ts";
import { FolderScripts } from "../game/game-scripts.ts";
import { watchScripts } from "../game/script-watch.ts";
import { clearBuilds, loadGame } from "../game/server-bundle.ts";
import { fromGame, SourceError } from "../game/source-error.ts";
import type { ServerLock } from "../server-lock.ts";
import { untilAsked } from "../signals.ts";
import type { Terminal } from "../terminal.ts";
import { version } from "../version.ts";
import { whereabouts } from "../whereabouts.ts";
import {
  choosePort,
  lockServer,
  makeLog,
  reachOf,
  roomDefaults,
  serve,
  tokenSecret,
} from "./serve.ts";

export interface StartOptions {
  readonly configuration: Configuration;
  /** How long rooms may go on after a signal, in milliseconds. */
  readonly graceMs: number;
  /** Settings for development are refused. */
  readonly isProduction: boolean;
}

/** In which a server that is broken must have ended in good order. */
const brokenStopMs = 10_000;

/**
 * Serves a game until it is asked to stop; then lets the players know, and ends. It ends as well, by rejecting with the
 * error, when something was thrown outside of every room and nothing caught it.
 */
export async function start(
  path: string,
  options: StartOptions,
  terminal: Terminal,
): Promise<void> {
  const begun = performance.now();
  const asked = untilAsked();
  const { configuration } = options;
  const { config } = configuration;
  const folder = findGame(path);
  if (options.isProduction) mustBeForProduction(configuration);
  for (const warning of configuration.warnings) terminal.warn(warning);
  const port = await choosePort(config, false);
  await clearBuilds(folder);
  const secret = await tokenSecret(config, folder);
  const own = await loadGame(folder, 0, roomDefaults(config));
  const client = folder.page === undefined ? undefined : await buildClient(folder, true);
  const log = makeLog(config, terminal.isPerson);
  const name = own?.name ?? folder.name;
  const isScripted = folder.scripts !== undefined;
  const about = { folder, game: name, secret, scripts: isScripted, log };
  const backend = await openBackendOf(config, about);
  const fatal = Promise.withResolvers<{ readonly error: unknown }>();
  const broken = (error: unknown): void => fatal.resolve({ error });
  const scripts = new FolderScripts(folder, backend);
  let lock: ServerLock | undefined;
  const begin = async (): Promise<Server> => {
    const { isProduction } = options;
    lock = lockServer(config, { folder, port, isProduction, terminal });
    const tell = (problem: SourceError): void => terminal.fault(problem, { isLogged: true });
    const game = await scripts.begin(own, tell).catch((error: unknown) => {
      throw error instanceof SourceError ? error : (fromGame(error, folder.root) ?? error);
    });
    const { services } = backend;
    const parts = { folder, game, secret, client: client?.folder, port, log, broken, services };
    return await serve(parts, config);
  };
  const server = await begin().catch(async (error: unknown) => {
    await backend.close();
    throw error;
  });
  const stopWatch = isScripted
    ? watchScripts(folder.root, () => takeScripts(scripts, server, terminal))
    : undefined;
  const tookMs = Math.round(performance.now() - begun);
  banner(terminal, {
    version: version(),
    game: folder,
    where: whereabouts(config, folder, isScripted),
    url: server.url,
    port: server.port,
    reach: reachOf(config),
    tookMs,
    bots: 0,
    dev: false,
    instead: undefined,
  });
  const end = async (graceMs: number): Promise<void> => {
    stopWatch?.();
    await server.stop({ graceMs });
    await backend.close();
    lock?.release();
  };
  const fault = await Promise.race([asked, fatal.promise]);
  if (fault !== undefined) {
    // What is broken may not be able to stop.
    setTimeout(() => process.exit(1), brokenStopMs).unref();
    await end(0);
    throw fromGame(fault.error, folder.root) ?? fault.error;
  }
  const isEmpty = server.stats().sessions === 0;
  terminal.say(isEmpty ? "  Closing …" : "  Telling the players and closing …");
  await end(options.graceMs);
  terminal.tell({ event: "stopped" });
}

/** Takes changed scripts into the running server, and says so. */
async function takeScripts(
  scripts: FolderScripts,
  server: Server,
  terminal: Terminal,
): Promise<void> {
  const begun = performance.now();
  try {
    const { problems } = await scripts.take(server);
    // what is wrong with a file stands in the log
    for (const problem of problems) {
      terminal.fault(problem, problem.file === undefined ? {} : { isLogged: true });
    }
    if (problems.length > 0) return;
    terminal.say(`  ${terminal.green("↻")} scripts`);
    terminal.tell({ event: "reloaded", tookMs: Math.round(performance.now() - begun) });
  } catch (error) {
    terminal.fail(error);
  }
}
