import { networkInterfaces } from "node:os";
import { relative } from "node:path";
import type { GameFolder } from "./game/game-folder.ts";
import type { Terminal } from "./terminal.ts";
import type { Whereabouts } from "./whereabouts.ts";

export interface BannerFacts {
  readonly version: string;
  readonly game: GameFolder;
  readonly where: Whereabouts;
  readonly url: string;
  readonly port: number;
  /** Who reaches it: this machine alone, other machines by the names that were given, or whoever is in the network. */
  readonly reach: "here" | "by-name" | "network";
  readonly tookMs: number;
  readonly bots: number;
  readonly dev: boolean;
  /** The port that was taken, when another was chosen. */
  readonly instead: number | undefined;
}

const keptThere = "accounts, objects, scores";
const goneThere = "who is online, queues, keys of scripts: gone when this stops";
const sharedThere = "shared with all servers of its prefix";

function scriptsLine({ dev, game, where }: BannerFacts): readonly [value: string, about: string] {
  if (where.scripts === undefined) return ["none", ""];
  const engine = where.scripts === "redis" ? "Lua 5.1 inside Redis" : "Lua 5.1 in a worker";
  return [engine, game.scripts === undefined && dev ? "as soon as there is a scripts/*.lua" : ""];
}

/** Rooms of scripts take their next version when they begin anew, or as they run where they ask for it. */
function sourceAbout({ server, scripts }: GameFolder): string {
  if (scripts === undefined) return "edit and save: reloads live, players stay";
  const ofScripts = "scripts as their `-- reload:` says, new rooms by default";
  return server === undefined
    ? `edit and save: players stay; ${ofScripts}`
    : `edit and save: reloads live, players stay; ${ofScripts}`;
}

/** What the first run says: to people where to play and where to look, to machines what they ask for. */
export function banner(terminal: Terminal, facts: BannerFacts): void {
  const { game, url, port, tookMs, where } = facts;
  const network = networkUrls(facts);
  terminal.tell({ event: "ready", url, network, port, tookMs, game: game.name, where });
  const here = (path: string): string => relative(process.cwd(), path) || ".";
  const line = (name: string, value: string, about: string): void => {
    const arrow = terminal.green("➜");
    const more = about === "" ? "" : ` ${terminal.dim(about)}`;
    const shown = more === "" ? value : value.padEnd(33);
    terminal.say(`  ${arrow} ${terminal.bold(name.padEnd(10))} ${shown}${more}`);
  };
  terminal.say();
  terminal.say(
    `  ${terminal.bold(`realmwright ${facts.version}`)} · node ${process.versions.node} · ` +
      `game ${game.name} · data ${here(game.data)}   ready in ${(facts.tookMs / 1000).toFixed(1)} s`,
  );
  if (facts.instead !== undefined) {
    terminal.say(`  Port ${facts.instead} was taken, so this is port ${facts.port}.`);
  }
  terminal.say();
  if (game.page !== undefined) {
    line("Play", terminal.cyan(`${url}/`), "open it twice to meet yourself");
  } else if (facts.dev) {
    line("Play", terminal.cyan(`${url}/`), "shows client/index.html as soon as you create it");
  }
  for (const address of network) {
    line("On phones", terminal.cyan(`${address}/`), "in the same network");
  }
  line("Socket", `${url.replace("http", "ws")}/ws`, "realm.json · realm.msgpack · realm.binary");
  line("Health", `${url}/readyz`, "also /livez and /metrics");
  line("Kept", where.database, where.isKept ? keptThere : "gone when this stops");
  line(
    "Hot state",
    where.redis ?? "in memory",
    where.redis === undefined ? goneThere : sharedThere,
  );
  line("Scripts", ...scriptsLine(facts));
  if (facts.dev) line("Source", here(game.root), sourceAbout(game));
  terminal.say();
  if (facts.reach === "by-name") {
    terminal.say(
      "  Other machines are let in by the names of --host-name; by any name with --lan.",
    );
  }
  if (facts.bots > 0) {
    terminal.say(
      `  ${facts.bots} bots are walking about so that you are not alone (--bots 0: none).`,
    );
  }
  terminal.say(terminal.dim("  Ctrl-C stops it. --port n takes another port."));
  terminal.say();
}

/** Where other machines of the network find what all of them may reach. */
function networkUrls({ reach, port }: Pick<BannerFacts, "reach" | "port">): string[] {
  if (reach !== "network") return [];
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => address.family === "IPv4" && !address.internal)
    .map(({ address }) => `http://${address}:${port}`);
}
