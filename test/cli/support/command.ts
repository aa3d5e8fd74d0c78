import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { node, type Child } from "../../docs/support/child.ts";
import { root } from "../../tidy/repository.ts";

const main = path.join(root, "apps/cli/src/main.ts");
const fromSource = ["--disable-warning=ExperimentalWarning", "--conditions=@realmwright/source"];
/** Makes a pipe look like a terminal. */
const terminal = ["--import", "data:text/javascript,process.stdout.isTTY=true"];

/** Begins the command with these arguments. */
export function begin(args: readonly string[], settings: { isTerminal?: true } = {}): Child {
  const more = settings.isTerminal === true ? terminal : [];
  return node([...fromSource, ...more, main, ...args], root);
}

/** Runs the command to its end: exit code, and everything that it said. */
export async function outcome(
  args: readonly string[],
): Promise<{ readonly code: number | undefined; readonly output: readonly string[] }> {
  const child = begin(args);
  return { code: await child.ended, output: child.output };
}

/** A command that serves a game, and where. */
export interface Serving {
  readonly child: Child;
  readonly url: string;
  readonly port: number;
}

/** Begins the command and waits until it says, as JSON, that it is ready. */
export async function serve(args: readonly string[]): Promise<Serving> {
  const child = begin(args);
  const isReady = (line: string): boolean => line.startsWith('{"event":"ready"');
  await child.until((output) => output.some(isReady));
  const { url, port } = JSON.parse(child.output.find(isReady)!) as { url: string; port: number };
  return { child, url, port };
}

/** A folder in the repository, where a game finds its packages. */
export class GameFolder {
  readonly path: string = mkdtempSync(path.join(root, ".tmp-cli-"));

  constructor(files: Readonly<Record<string, string>> = field) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  write(name: string, text: string): void {
    const file = path.join(this.path, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  read(name: string): string {
    return readFileSync(path.join(this.path, name), "utf8");
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The least game that bots can walk about in. */
export const field: Readonly<Record<string, string>> = {
  "shared.ts": `import { entity, input, t } from "realmwright";
const place = t.position({ min: 0, max: 100, step: 1 / 64 });
export const Player = entity("player", { x: place, name: t.string(24).static() });
export const Move = input("move", { dx: t.unit(8) });
`,
  "server.ts": `import { defineGame, room } from "realmwright";
import { Move, Player } from "./shared.ts";
export default defineGame({
  name: "field",
  rooms: {
    field: room({
      entities: { Player },
      inputs: { Move },
      predict: { entity: Player, input: Move, step: (player, move, dt) => void (player.x += move.dx * dt) },
      join: (room, player) => void room.spawn(Player, { owner: player, x: 50, name: player.name }),
    }),
  },
});
`,
  "client/index.html": "<!doctype html>\n<title>Field</title>\n",
};

/** Walkers that say which they are, on standard error. */
export function walkers(name: string): string {
  return `import { bots } from "realmwright/testing";
import type game from "./server.ts";
import { Move } from "./shared.ts";
export default bots<typeof game>()<{ hasSpoken: boolean }>({
  remember: () => ({ hasSpoken: false }),
  act(room, { memory }) {
    room.input(Move, { dx: 1 });
    if (!memory.hasSpoken) console.error("${name} walks");
    memory.hasSpoken = true;
  },
});
`;
}

/** The value of a figure that the server tells Prometheus, over all its labels. */
export async function metric(url: string, name: string): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text();
  const lines = page.split("\n").filter((line) => line.startsWith(name));
  return lines.reduce((sum, line) => sum + Number(line.split(" ")[1]), 0);
}
