import { openBackendOf } from "../backend.ts";
import { banner } from "../banner.ts";
import type { Configuration } from "../config/configuration.ts";
import { mustBeForProduction } from "../config/production.ts";
import { buildClient } from "../game/client-bundle.ts";
import { findGame, withRooms } from "../game/game-folder.ts";
import { clearBuilds, loadGame } from "../game/server-bundle.ts";
import { fromGame } from "../game/source-error.ts";
import { untilAsked } from "../signals.ts";
import type { Terminal } from "../terminal.ts";
import { version } from "../version.ts";
import { choosePort, makeLog, reachOf, roomDefaults, serve, tokenSecret } from "./serve.ts";

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
  const game = withRooms(folder, await loadGame(folder, 0, roomDefaults(config)));
  const client = folder.page === undefined ? undefined : await buildClient(folder, true);
  const log = makeLog(config, terminal.isPerson);
  const backend = await openBackendOf(config, { folder, game: game.name, secret, log });
  const fatal = Promise.withResolvers<{ readonly error: unknown }>();
  const broken = (error: unknown): void => fatal.resolve({ error });
  const { services } = backend;
  const parts = { folder, game, secret, client: client?.folder, port, log, broken, services };
  const server = await serve(parts, config).catch(async (error: unknown) => {
    await backend.close();
    throw error;
  });
  const tookMs = Math.round(performance.now() - begun);
  banner(terminal, {
    version: version(),
    game: folder,
    url: server.url,
    port: server.port,
    reach: reachOf(config),
    tookMs,
    bots: 0,
    dev: false,
    instead: undefined,
  });
  const fault = await Promise.race([asked, fatal.promise]);
  if (fault !== undefined) {
    // What is broken may not be able to stop.
    setTimeout(() => process.exit(1), brokenStopMs).unref();
    await server.stop();
    await backend.close();
    throw fromGame(fault.error, folder.root) ?? fault.error;
  }
  const isEmpty = server.stats().sessions === 0;
  terminal.say(isEmpty ? "  Closing …" : "  Telling the players and closing …");
  await server.stop({ graceMs: options.graceMs });
  await backend.close();
  terminal.tell({ event: "stopped" });
}
