import { join } from "node:path";
import type { Server } from "@realmwright/server";
import { banner } from "../banner.ts";
import { startBots, type BotProcess } from "../bots/bot-process.ts";
import { DevHub } from "../dev/dev-hub.ts";
import { GameFaults } from "../dev/game-faults.ts";
import { buildClient, buildShared, type ClientBundle } from "../game/client-bundle.ts";
import { findGame, type GameFolder } from "../game/game-folder.ts";
import { clearBuilds, loadGame } from "../game/server-bundle.ts";
import { fromRun, SourceError } from "../game/source-error.ts";
import { watchSources } from "../game/source-watch.ts";
import { loadSecrets } from "../secrets.ts";
import { untilAsked } from "../signals.ts";
import type { Terminal } from "../terminal.ts";
import { version } from "../version.ts";
import { choosePort, defaultPort, isOpen, makeLog, serve, type ServeFlags } from "./serve.ts";

export interface DevFlags extends ServeFlags {
  /** Bots that walk about; undefined: a dozen, if the game says how they behave. */
  readonly bots: number | undefined;
}

const botsByDefault = 12;

/** Serves a game while it is being written: what is saved runs at once, and players stay where they are. */
export async function dev(path: string, flags: DevFlags, terminal: Terminal): Promise<void> {
  const begun = performance.now();
  const folder = findGame(path);
  const port = await choosePort(flags, true);
  await clearBuilds(folder);
  const secrets = await loadSecrets(folder.data);
  const hub = new DevHub();
  const game = await loadGame(folder, 0);
  const client = folder.page === undefined ? undefined : await buildClient(folder, false);
  const faults = new GameFaults(makeLog(flags.logLevel, terminal.isPerson), folder.root, hub);
  const server = await serve(
    { folder, game, secrets, client: client?.folder, port, log: faults, extension: hub },
    flags,
  );
  const tookMs = Math.round(performance.now() - begun);
  const bots = flags.bots ?? (folder.bots === undefined ? 0 : botsByDefault);
  banner(terminal, {
    version: version(),
    game: folder,
    url: server.url,
    port: server.port,
    isOpen: isOpen(flags.host),
    tookMs,
    bots,
    dev: true,
    instead: flags.port === undefined && port !== defaultPort ? defaultPort : undefined,
  });
  terminal.tell({ event: "ready", url: server.url, port: server.port, tookMs, game: game.name });
  const walking: BotProcess | undefined =
    bots > 0 ? startBots(server.url, bots, folder.root) : undefined;
  const reload = new Reload({ folder, server, hub, terminal, faults }, client);
  const stopWatch = watchSources(folder.root, (paths) => reload.take(paths));
  await untilAsked();
  terminal.say("  Stopping …");
  stopWatch();
  hub.close();
  await walking?.stop();
  await server.stop({ graceMs: 0 });
  terminal.tell({ event: "stopped" });
}

/** Brings saved sources into the running server and into its pages. */
class Reload {
  readonly #folder: GameFolder;
  readonly #server: Server;
  readonly #hub: DevHub;
  readonly #terminal: Terminal;
  readonly #faults: GameFaults;
  #client: ClientBundle | undefined;
  #version = 0;

  constructor(
    parts: {
      readonly folder: GameFolder;
      readonly server: Server;
      readonly hub: DevHub;
      readonly terminal: Terminal;
      readonly faults: GameFaults;
    },
    client: ClientBundle | undefined,
  ) {
    this.#folder = parts.folder;
    this.#server = parts.server;
    this.#hub = parts.hub;
    this.#terminal = parts.terminal;
    this.#faults = parts.faults;
    this.#client = client;
  }

  /** Rebuilds what the changed files may concern. An error leaves everything as it runs. */
  async take(paths: ReadonlySet<string>): Promise<void> {
    const begun = performance.now();
    try {
      if ([...paths].some((path) => !isOfPage(path))) await this.#reloadServer();
      await this.#renewPages(paths);
      const tookMs = Math.round(performance.now() - begun);
      this.#hub.tell({ type: "ready", tookMs });
      // A room that failed is gone, and its players with it: their pages join the mended one.
      if (this.#faults.take()) this.#hub.tell({ type: "page" });
      this.#terminal.tell({ event: "reloaded", tookMs });
      this.#terminal.say(
        `  ${this.#terminal.green("↻")} ${[...paths].join(", ")} ${this.#terminal.dim(`${tookMs} ms`)}`,
      );
    } catch (thrown) {
      const error = thrown instanceof SourceError ? thrown : fromRun(thrown, this.#folder.root);
      this.#hub.tell({ type: "fault", error });
      this.#terminal.fault(error);
    }
  }

  async #reloadServer(): Promise<void> {
    this.#version++;
    const game = await loadGame(this.#folder, this.#version);
    await this.#server.reload(game);
  }

  /** Gives running pages what has changed of them: a new shared half if that is all, else the whole page anew. */
  async #renewPages(paths: ReadonlySet<string>): Promise<void> {
    const before = this.#client;
    if (before === undefined) return;
    const concerned = [...paths].filter(
      (path) =>
        isOfPage(path) ||
        path.startsWith("assets/") ||
        before.modules.has(join(this.#folder.root, path)),
    );
    if (concerned.length === 0) return;
    const shared = concerned.some(isOfPage) ? undefined : await buildShared(this.#folder);
    const isSharedAlone = concerned.every((path) =>
      shared?.modules.has(join(this.#folder.root, path)),
    );
    if (shared !== undefined && isSharedAlone) this.#hub.renewShared(shared.code);
    this.#client = await buildClient(this.#folder, false);
    if (!isSharedAlone) this.#hub.tell({ type: "page" });
  }
}

/** Part of the page alone, and not of the rules. */
function isOfPage(path: string): boolean {
  return path.startsWith("client/");
}
