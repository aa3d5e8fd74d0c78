import { join } from "node:path";
import type { GameDefinition } from "@realmwright/core";
import type { Server } from "@realmwright/server";
import { buildClient, buildShared, placeholder, type ClientBundle } from "../game/client-bundle.ts";
import { findGame, type GameFolder } from "../game/game-folder.ts";
import type { KeptRooms, TakenScripts } from "../game/game-scripts.ts";
import type { RoomDefaults } from "../game/room-defaults.ts";
import { scriptsName } from "../game/script-watch.ts";
import { loadGame } from "../game/server-bundle.ts";
import { fromGame, fromRun, SourceError } from "../game/source-error.ts";
import type { Terminal } from "../terminal.ts";
import type { DevHub } from "./dev-hub.ts";
import type { GameFaults } from "./game-faults.ts";
import type { WalkingBots } from "./walking-bots.ts";

/** What a reload brings new sources into. */
export interface Development {
  readonly folder: GameFolder;
  readonly server: Server;
  readonly hub: DevHub;
  readonly terminal: Terminal;
  readonly faults: GameFaults;
  readonly bots: WalkingBots;
  readonly defaults: RoomDefaults;
  /** The whole game: what its server.ts defines, and what its scripts add. */
  readonly whole: (own: GameDefinition | undefined) => GameDefinition;
  /** Takes the scripts as they are in their folder now; what does not load is told and goes on as it was. */
  readonly takeScripts: () => Promise<TakenScripts>;
}

/** Brings saved sources into the running server, into its pages and into its bots. */
export class Reload {
  readonly #parts: Development;
  #client: ClientBundle | undefined;
  #version = 0;
  /** A room has failed, and its players have not been brought back. */
  #hasFailed = false;
  /** What is wrong with scripts as they lie in the folder. */
  #broken: readonly SourceError[] = [];

  constructor(parts: Development, client: ClientBundle | undefined) {
    this.#parts = parts;
    this.#client = client;
  }

  /** Sends the bots in for the first time. */
  async sendBots(): Promise<void> {
    try {
      await this.#parts.bots.start();
    } catch (thrown) {
      this.#show(thrown);
    }
  }

  /** Rebuilds what the changed files may concern. An error leaves everything as it runs. */
  async take(paths: ReadonlySet<string>): Promise<void> {
    const { hub, terminal, faults, bots } = this.#parts;
    const begun = performance.now();
    // Asked before the new source runs: what fails from then on is its own.
    this.#hasFailed = faults.take() || this.#hasFailed;
    try {
      if ([...paths].some(isOfRules)) await this.#reloadServer();
      const kept = [...paths].some(isOfScripts) ? await this.#takeScripts() : [];
      await this.#renewPages(paths);
      // A room that failed is gone, and its players with it: pages and bots join the mended one.
      const hadFailed = this.#hasFailed;
      await bots.take(paths, hadFailed);
      const tookMs = Math.round(performance.now() - begun);
      this.#hasFailed = faults.take();
      for (const error of this.#broken) {
        this.#show(error, error.file === undefined ? {} : { isLogged: true });
      }
      if (this.#broken.length > 0) {
        this.#sayKept(kept);
        return;
      }
      // What has failed already stays on the page.
      if (!this.#hasFailed) {
        hub.tell({ type: "ready", tookMs });
        if (hadFailed) hub.tell({ type: "page" });
        // a room may have called the new one meanwhile
        faults.showScripts();
      }
      terminal.tell({ event: "reloaded", tookMs });
      terminal.say(
        `  ${terminal.green("↻")} ${[...paths].join(", ")} ${terminal.dim(`${tookMs} ms`)}`,
      );
      this.#sayKept(kept);
    } catch (thrown) {
      this.#show(thrown);
    }
  }

  #show(thrown: unknown, how: { readonly isLogged?: true } = {}): void {
    const { hub, terminal, folder } = this.#parts;
    const error =
      thrown instanceof SourceError
        ? thrown
        : (fromGame(thrown, folder.root) ?? fromRun(thrown, folder.root));
    hub.tell({ type: "fault", error, isOfRun: false });
    terminal.fault(error, how);
  }

  async #takeScripts(): Promise<readonly KeptRooms[]> {
    this.#parts.faults.forgetScripts();
    const { problems, kept } = await this.#parts.takeScripts();
    this.#broken = problems;
    return kept;
  }

  /** Else who tries an edit in a room that is open wonders why nothing has changed. */
  #sayKept(kept: readonly KeptRooms[]): void {
    const { terminal } = this.#parts;
    for (const { script, version, rooms, isLive } of kept) {
      terminal.tell({ event: "kept", script, version, rooms });
      const who = rooms === 1 ? "1 room goes" : `${rooms} rooms go`;
      const hint = isLive ? "" : ": write `-- reload: live` to change rooms as they run";
      terminal.say(`    ${scriptsName}/${script}.lua: ${who} on with version ${version}${hint}`);
    }
  }

  async #reloadServer(): Promise<void> {
    const { server, defaults, whole } = this.#parts;
    this.#version++;
    // Looked up anew: a game of scripts may have got its server.ts since.
    const folder = findGame(this.#parts.folder.root);
    await server.reload(whole(await loadGame(folder, this.#version, defaults)));
  }

  /** Gives running pages what has changed of them: a new shared half if that is all, else the whole page anew. */
  async #renewPages(paths: ReadonlySet<string>): Promise<void> {
    const { hub } = this.#parts;
    // Looked up anew: the game may have got its page since, or lost it.
    const folder = findGame(this.#parts.folder.root);
    const before = this.#client;
    if (before === undefined || folder.page === undefined) {
      await this.#beginPage(folder);
      return;
    }
    const concerned = [...paths].filter(
      (path) =>
        isOfPage(path) || path.startsWith("assets/") || before.modules.has(join(folder.root, path)),
    );
    if (concerned.length === 0) return;
    const shared = concerned.some(isOfPage) ? undefined : await buildShared(folder);
    const isSharedAlone = concerned.every((path) => shared?.modules.has(join(folder.root, path)));
    // before anybody is told: a page that can not take the shared half is loaded anew at once
    this.#client = await buildClient(folder, false);
    if (shared !== undefined && isSharedAlone) hub.renewShared(shared.code);
    else hub.tell({ type: "page" });
  }

  /** Shows the first page of a game that had none, or that it has none any more. */
  async #beginPage(folder: GameFolder): Promise<void> {
    if (folder.page === undefined && this.#client === undefined) return;
    if (folder.page === undefined) await placeholder(folder);
    this.#client = folder.page === undefined ? undefined : await buildClient(folder, false);
    this.#parts.hub.tell({ type: "page" });
  }
}

function isOfRules(path: string): boolean {
  return !isOfPage(path) && !isOfBots(path) && !isOfScripts(path);
}

/** Scripts have their own way into a running server. */
function isOfScripts(path: string): boolean {
  return path === scriptsName || path.startsWith(`${scriptsName}/`);
}

/** Part of the page alone, and not of the rules. */
function isOfPage(path: string): boolean {
  return path.startsWith("client/");
}

/** How bots behave, which the rules do not know. */
function isOfBots(path: string): boolean {
  return path === "bots.ts" || path === "bots.js";
}
