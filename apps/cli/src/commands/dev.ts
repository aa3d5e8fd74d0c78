import type { GameDefinition } from "@realmwright/core";
import type { Server } from "@realmwright/server";
import { openBackendOf } from "../backend.ts";
import { banner } from "../banner.ts";
import type { Configuration } from "../config/configuration.ts";
import { DevHub } from "../dev/dev-hub.ts";
import { GameFaults } from "../dev/game-faults.ts";
import { Reload } from "../dev/reload.ts";
import { WalkingBots } from "../dev/walking-bots.ts";
import { buildClient, placeholder } from "../game/client-bundle.ts";
import { findGame } from "../game/game-folder.ts";
import { FolderScripts, type TakenScripts } from "../game/game-scripts.ts";
import { clearBuilds, loadGame } from "../game/server-bundle.ts";
import type { SourceError } from "../game/source-error.ts";
import { watchSources } from "../game/source-watch.ts";
import type { ServerLock } from "../server-lock.ts";
import { untilAsked } from "../signals.ts";
import type { Terminal } from "../terminal.ts";
import { version } from "../version.ts";
import { whereabouts } from "../whereabouts.ts";
import {
  choosePort,
  lockServer,
  defaultPort,
  makeLog,
  reachOf,
  roomDefaults,
  serve,
  tokenSecret,
} from "./serve.ts";

export interface DevOptions {
  readonly configuration: Configuration;
  /** Bots that walk about; undefined: a dozen, if the game says how they behave. */
  readonly bots: number | undefined;
}

/** Serves a game while it is being written: what is saved runs at once, and players stay where they are. */
export async function dev(path: string, options: DevOptions, terminal: Terminal): Promise<void> {
  const begun = performance.now();
  const asked = untilAsked();
  const { config, warnings } = options.configuration;
  const folder = findGame(path);
  for (const warning of warnings) terminal.warn(warning);
  const port = await choosePort(config, true);
  await clearBuilds(folder);
  const secret = await tokenSecret(config, folder);
  const defaults = roomDefaults(config);
  const hub = new DevHub(folder);
  const own = await loadGame(folder, 0, defaults);
  const client = folder.page === undefined ? undefined : await buildClient(folder, false);
  const faults = new GameFaults(makeLog(config, terminal.isPerson), folder.root, hub);
  const name = own?.name ?? folder.name;
  // Scripts may come while the game runs.
  const about = { folder, game: name, secret, scripts: true, log: faults };
  const backend = await openBackendOf(config, about);
  const scripts = new FolderScripts(folder, backend);
  let lock: ServerLock | undefined;
  const begin = async (): Promise<Server> => {
    lock = lockServer(config, { folder, port, isProduction: false, terminal });
    const tell = (problem: SourceError): void => terminal.fault(problem, { isLogged: true });
    const parts = {
      folder,
      game: await scripts.begin(own, tell),
      secret,
      // A page that is written while the game runs is served from there too.
      client: client?.folder ?? (await placeholder(folder)),
      port,
      log: faults,
      services: backend.services,
      extension: hub,
      // The log has it, and so have the pages; what is saved next may mend it.
      broken: () => undefined,
    };
    return await serve(parts, config);
  };
  const server = await begin().catch(async (error: unknown) => {
    await backend.close();
    throw error;
  });
  const bots = new WalkingBots(server.url, folder.root, options.bots, terminal);
  const whole = (changed: GameDefinition | undefined): GameDefinition => scripts.whole(changed);
  const takeScripts = (): Promise<TakenScripts> => scripts.take(server);
  const reload = new Reload(
    { folder, server, hub, terminal, faults, bots, defaults, whole, takeScripts },
    client,
  );
  await reload.sendBots();
  // Before anything is said: what is saved from then on is seen.
  const stopWatch = watchSources(
    folder.root,
    (paths) => reload.take(paths),
    (text) => terminal.warn(text),
  );
  const tookMs = Math.round(performance.now() - begun);
  banner(terminal, {
    version: version(),
    game: folder,
    where: whereabouts(config, folder, about.scripts),
    url: server.url,
    port: server.port,
    reach: reachOf(config),
    tookMs,
    bots: bots.count,
    dev: true,
    instead:
      config.server.http_port === undefined && port !== defaultPort ? defaultPort : undefined,
  });
  await asked;
  terminal.say("  Stopping …");
  stopWatch();
  hub.close();
  await bots.stop();
  await server.stop({ graceMs: 0 });
  await backend.close();
  lock?.release();
  terminal.tell({ event: "stopped" });
}
