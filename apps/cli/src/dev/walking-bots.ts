import { join } from "node:path";
import { startBots, type BotProcess } from "../bots/bot-process.ts";
import { findGame } from "../game/game-folder.ts";
import { bundleServer } from "../game/server-bundle.ts";
import type { Terminal } from "../terminal.ts";

const countByDefault = 12;

/** The bots that keep a developer company. When the source that they follow is saved, they go and others come in. */
export class WalkingBots {
  readonly #url: string;
  readonly #root: string;
  readonly #wanted: number | undefined;
  readonly #terminal: Terminal;
  #process: BotProcess | undefined;
  /** What their behaviour is made of. */
  #modules: ReadonlySet<string> = new Set();
  #version = 0;
  #isOver = false;

  /** @param wanted how many; undefined: a dozen, once the game says how they behave. */
  constructor(url: string, root: string, wanted: number | undefined, terminal: Terminal) {
    this.#url = url;
    this.#root = root;
    this.#wanted = wanted;
    this.#terminal = terminal;
  }

  /** How many there are to be, by what the game's folder holds now. */
  get count(): number {
    return this.#wanted ?? (findGame(this.#root).bots === undefined ? 0 : countByDefault);
  }

  /** Sends them in, instead of those that are there. Throws SourceError when their source does not build. */
  async start(): Promise<void> {
    const game = findGame(this.#root);
    const { count } = this;
    if (game.bots !== undefined && count > 0) {
      const name = `walk-${process.pid}-${this.#version++}.mjs`;
      this.#modules = (await bundleServer(game, game.bots, name)).modules;
    }
    await this.#dismiss();
    if (count === 0 || this.#isOver) return;
    this.#process = startBots(this.#url, count, this.#root);
    this.#terminal.tell({ event: "bots", count });
  }

  /** Begins anew where changed files concern them, or where they must. Throws as `start` does. */
  async take(paths: ReadonlySet<string>, must: boolean): Promise<void> {
    const { bots } = findGame(this.#root);
    const isTheirs = (path: string): boolean => {
      const file = join(this.#root, path);
      return file === bots || this.#modules.has(file);
    };
    if (!must && ![...paths].some(isTheirs)) return;
    await this.start();
    if (this.count > 0) this.#terminal.say(`  ${this.count} bots come in (--bots 0: none).`);
  }

  /** Takes them out for good. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#dismiss();
  }

  async #dismiss(): Promise<void> {
    const before = this.#process;
    this.#process = undefined;
    await before?.stop();
  }
}
