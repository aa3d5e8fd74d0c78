import { limits } from "@realmwright/protocol";
import { Command, CommanderError, Option } from "commander";
import { above0, hostNames, origins, port, seconds, serverUrl, whole } from "./arguments.ts";
import { addAccountCommands } from "./commands/accounts.ts";
import { addDatabaseCommands } from "./commands/database-commands.ts";
import { bots } from "./commands/bots.ts";
import { printConfig, printSchema } from "./commands/config.ts";
import { doctor } from "./commands/doctor.ts";
import { dev } from "./commands/dev.ts";
import { start } from "./commands/start.ts";
import type { Configuration } from "./config/configuration.ts";
import type { Environment as Variables } from "./config/environment.ts";
import { configOptions, configure, twoDashes } from "./config/flag-layer.ts";
import { Failure } from "./failure.ts";
import { findGame, gamePath, mustBeFolder } from "./game/game-folder.ts";
import { invocation } from "./invocation.ts";
import { Terminal } from "./terminal.ts";
import { version } from "./version.ts";

/** What the environment says besides settings; nothing else in Realmwright reads it. */
interface Environment extends Variables {
  readonly NODE_ENV?: string;
  readonly NO_COLOR?: string;
  /** Where somebody stands who called npm, which runs scripts in the root of the repository. */
  readonly INIT_CWD?: string;
  /** The script that npm runs. */
  readonly npm_lifecycle_event?: string;
}

/** More clients than that need more machines. */
const botsMax = 100_000;
const proxiesMax = 16;

const parts = `
A game is a folder
  server.ts          its rules: export default defineGame({ … })
  scripts/*.lua      rules in Lua: calls, and rooms by "-- room: lobby"; a game may be these alone
  shared.ts          what server and client share: entities, inputs, step()
  client/index.html  the browser's page; its <script type="module" src="./main.ts"> is bundled
  assets/            what is served below /assets and /maps
  bots.ts            how its bots behave
  config.yaml        its server's settings; config schema and config print show them
`;

/** Examples that work where they are printed. */
function examples(): string {
  const { command, game } = invocation();
  const from = game === "" ? "" : ` --game ${game}`;
  const lines = [
    [`dev ${game}`, "serves a game, and reloads what you save"],
    [`dev ${game} --bots 0 --port 9000`, "without bots, on a port of your choice"],
    [`dev ${game} --lan`, "reachable from phones in the same network"],
    [`start ${game}`, "the same game for players: no tools, no bots"],
    [`start ${game} --edges 2`, "clients served by two more threads"],
    [`bots 200${from} --seconds 30`, "two hundred players for half a minute, and how they fared"],
    [`accounts role ada admin${from}`, "the first admin; ada has an account there"],
  ] as const;
  const printed = lines.map(([words, about]) => {
    const line = `${command} ${words}`.replaceAll("  ", " ").trimEnd();
    return `  # ${about}\n  ${line}\n`;
  });
  return `\nExamples\n${printed.join("")}`;
}

/** Runs the command line and answers the exit code: 0 well, 1 failed, 2 misused. */
export async function run(args: readonly string[]): Promise<number> {
  const environment: Environment = process.env;
  const color = environment.NO_COLOR === undefined || environment.NO_COLOR === "";
  try {
    await build(color, environment).parseAsync(twoDashes(args), { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    new Terminal({ json: false, color }).fail(error);
    return 1;
  }
}

function build(color: boolean, environment: Environment): Command {
  const { command: called, game: first } = invocation();
  const program = new Command(called)
    .description("Runs multiplayer games written with Realmwright.")
    .version(version(), "-v, --version", "print the version")
    .option("--json", "speak in JSON lines, as when nobody looks at a terminal")
    .addHelpText("after", `${examples()}${parts}`)
    .exitOverride()
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true });
  const terminal = (): Terminal =>
    new Terminal({ json: program.opts<{ json?: true }>().json === true, color });
  const folder = (path: string): string => gamePath(path, environment.INIT_CWD);
  const configured = (path: string, command: Command): Configuration => {
    // of a database only its place need be there: its settings may lie where no game is
    if (command.getOptionValueSource("game") === undefined) findGame(folder(path));
    else mustBeFolder(folder(path), "--game ");
    return configure(command, folder(path), environment, environment.INIT_CWD);
  };

  const developing = program.command("dev");
  // In a clone, `npm start` is this command with a game.
  if (environment.npm_lifecycle_event === "start" && first !== "") {
    developing
      .configureHelp({ commandUsage: () => "npm start -- [options]" })
      .addHelpText("before", `npm start is short for: ${called} dev ${first}\n`);
  }
  serving(developing, "the next free one from 8080 on, and it says which")
    .description("serve a game and reload what is saved; players stay connected")
    .argument("[game]", "folder of the game", ".")
    .option(
      "--bots <n>",
      "bots that walk about (default: 12, if the game has bots.ts)",
      whole(0, botsMax),
    )
    .action(async (path: string, flags: { bots?: number }, command: Command) => {
      if (environment.NODE_ENV === "production") {
        throw new Failure("`dev` is for development, and NODE_ENV is production.", "Use start.");
      }
      const configuration = configured(path, command);
      await dev(folder(path), { configuration, bots: flags.bots }, terminal());
    });

  serving(program.command("start"), "8080; it fails if that is taken")
    .description("serve a game to players")
    .argument("[game]", "folder of the game", ".")
    .option(
      "--grace <seconds>",
      "how long rooms go on after a signal while somebody is in them",
      seconds,
      5,
    )
    .option("--production", "refuse settings that are for development (also: NODE_ENV=production)")
    .action(async (path: string, flags: StartFlags, command: Command) => {
      const configuration = configured(path, command);
      const isProduction = flags.production === true || environment.NODE_ENV === "production";
      const graceMs = flags.grace * 1000;
      await start(folder(path), { configuration, graceMs, isProduction }, terminal());
    });

  program
    .command("bots")
    .description("send real clients into a running game, and report how they fared")
    .argument("<n>", "how many", whole(1, botsMax))
    .option("--game <folder>", "the game whose bots.ts they follow", ".")
    .option("--url <url>", "where it runs", serverUrl, "http://localhost:8080")
    .option("--seconds <s>", "for how long (default: until Ctrl-C)", seconds)
    .option("--ramp <s>", "time over which they arrive", seconds, 2)
    .addOption(
      new Option("--encoding <name>", "how they speak")
        .choices(["binary", "msgpack", "json"])
        .default("binary"),
    )
    .option(
      "--rtt-p95 <ms>",
      "fail when the 95th percentile of round trips is longer",
      above0(1_000_000),
    )
    .option("--errors <n>", "fail when there are more errors", whole(0, 1_000_000_000))
    .option("--joined <percent>", "fail when fewer are in a room at the end", above0(100))
    .option("--report <file>", "write the figures as JSON")
    .option("--quiet", "print nothing")
    .addHelpText(
      "after",
      "\nExit code 0: all thresholds hold; 1: one does not, nobody is in a room, or connections are lost.",
    )
    .action(async (n: number, flags: Parameters<typeof bots>[1]) => {
      process.exitCode = await bots(n, { ...flags, game: folder(flags.game) }, terminal());
    });

  const isProduction = environment.NODE_ENV === "production";
  const around = { terminal, folder, configured, isProduction };
  addDatabaseCommands(program, around);
  addAccountCommands(program, around);
  const config = program.command("config").description("show the settings of a game's server");
  const json = (): boolean => program.opts<{ json?: true }>().json === true;
  serving(config.command("print"), "8080")
    .description("print the settings in force; secrets are masked")
    .argument("[game]", "folder of the game", ".")
    .option("--explain", "say where each value comes from")
    .action((path: string, flags: { explain?: true }, command: Command) => {
      const how = { explain: flags.explain === true, json: json() };
      printConfig(configured(path, command), how, terminal());
    });
  config
    .command("schema")
    .description("print the JSON Schema of config.yaml, for editors")
    .action(() => printSchema(terminal()));

  serving(program.command("doctor"), "8080")
    .description("try what a server needs and what its settings name; exit code 1 on failures")
    .argument("[game]", "folder of the game", ".")
    .option("--production", "report what production refuses (also: NODE_ENV=production)")
    .action(async (path: string, flags: { production?: true }, command: Command) => {
      findGame(folder(path));
      const read = (): Configuration => configured(path, command);
      const how = { json: json(), isProduction: isProduction || flags.production === true };
      process.exitCode = await doctor(folder(path), read, how, terminal());
    });

  const names = program.commands.map((command) => command.name());
  program.showHelpAfterError(
    `The commands are ${names.join(", ")}: ${called} --help explains them.`,
  );
  for (const command of program.commands) {
    command.showHelpAfterError(`${called} ${command.name()} --help explains its options.`);
  }
  return program;
}

interface StartFlags {
  readonly grace: number;
  readonly production?: true;
}

/** @param portByDefault which one it takes that was not told. */
function serving(command: Command, portByDefault: string): Command {
  command
    .addOption(
      new Option("-p, --port <n>", `port to listen on; 0: any (default: ${portByDefault})`)
        .env("PORT")
        .argParser(port),
    )
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--lan", "listen for the whole network: --host 0.0.0.0 --host-name '*'")
    .option(
      "--edges <n>",
      "worker threads that serve clients (Linux); 0: none",
      whole(0, limits.edgesPerNode.value),
      0,
    )
    .addOption(
      new Option("--origin <url>", "a foreign page that may connect; repeatable")
        .argParser(origins)
        .default([], "none"),
    )
    .addOption(
      new Option("--host-name <name>", "a name under which it is reached; repeatable")
        .argParser(hostNames)
        .default([], "this machine's own"),
    )
    .option(
      "--proxy-hops <n>",
      "proxies in front whose X-Forwarded-For is believed",
      whole(0, proxiesMax),
      0,
    )
    .addOption(
      new Option("--log <level>", "least level of log lines, on standard error")
        .choices(["debug", "info", "warn", "error", "silent"])
        .default("warn"),
    );
  return configOptions(command);
}
