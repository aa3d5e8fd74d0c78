import { banner } from "../banner.ts";
import { DevHub } from "../dev/dev-hub.ts";
import { GameFaults } from "../dev/game-faults.ts";
import { Reload } from "../dev/reload.ts";
import { WalkingBots } from "../dev/walking-bots.ts";
import { buildClient, placeholder } from "../game/client-bundle.ts";
import { findGame } from "../game/game-folder.ts";
import { clearBuilds, loadGame } from "../game/server-bundle.ts";
import { watchSources } from "../game/source-watch.ts";
import { loadSecrets } from "../secrets.ts";
import { untilAsked } from "../signals.ts";
import type { Terminal } from "../terminal.ts";
import { version } from "../version.ts";
import { choosePort, defaultPort, makeLog, reachOf, serve, type ServeFlags } from "./serve.ts";

export interface DevFlags extends ServeFlags {
  /** Bots that walk about; undefined: a dozen, if the game says how they behave. */
  readonly bots: number | undefined;
}

/** Serves a game while it is being written: what is saved runs at once, and players stay where they are. */
export async function dev(path: string, flags: DevFlags, terminal: Terminal): Promise<void> {
  const begun = performance.now();
  const asked = untilAsked();
  const folder = findGame(path);
  const port = await choosePort(flags, true);
  await clearBuilds(folder);
  const secrets = await loadSecrets(folder.data);
  const hub = new DevHub(folder);
  const game = await loadGame(folder, 0);
  const client = folder.page === undefined ? undefined : await buildClient(folder, false);
  const faults = new GameFaults(makeLog(flags.logLevel, terminal.isPerson), folder.root, hub);
  const server = await serve(
    {
      folder,
      game,
      secrets,
      // A page that is written while the game runs is served from there too.
      client: client?.folder ?? (await placeholder(folder)),
      port,
      log: faults,
      extension: hub,
      // The log has it, and so have the pages; what is saved next may mend it.
      broken: () => undefined,
    },
    flags,
  );
  const bots = new WalkingBots(server.url, folder.root, flags.bots, terminal);
  const reload = new Reload({ folder, server, hub, terminal, faults, bots }, client);
  await reload.sendBots();
  // Before anything is said: what is saved from then on is seen.
  const stopWatch = watchSources(folder.root, (paths) => reload.take(paths));
  const tookMs = Math.round(performance.now() - begun);
  banner(terminal, {
    version: version(),
    game: folder,
    url: server.url,
    port: server.port,
    reach: reachOf(flags),
    tookMs,
    bots: bots.count,
    dev: true,
    instead: flags.port === undefined && port !== defaultPort ? defaultPort : undefined,
  });
  await asked;
  terminal.say("  Stopping …");
  stopWatch();
  hub.close();
  await bots.stop();
  await server.stop({ graceMs: 0 });
  terminal.tell({ event: "stopped" });
}
