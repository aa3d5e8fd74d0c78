import { randomBytes } from "node:crypto";
import { RealmError } from "@realmwright/protocol";
import type { Subject } from "../../../auth/subject.ts";
import type { EngineName } from "../../../hot/testing/hot-stage.ts";
import { systemClock } from "../../../scheduler/system-clock.ts";
import type { Hot } from "../../../ports/hot.ts";
import type { ScriptEngine } from "../../../ports/script-engine.ts";
import { limitValues } from "../../../session/limit-values.ts";
import { openEngineStage, type EngineStage } from "../../testing/engine-stage.ts";
import { GameScripts } from "../game-scripts.ts";
import type { ScriptProblem } from "../script-header.ts";
import type { GameRooms } from "../scripts.ts";

export const ada: Subject = {
  account: "a-ada",
  name: "Ada",
  role: "player",
  isGuest: true,
  session: "s-1",
};

/** What a script begins with that is a room where it is called as one, and answers what the test likes where it is not. */
export const asRoom = "if ARGV[1] then return realm.room({}) end ";

/** A game's scripts on an engine, with rooms that only note what is asked of them. */
export class ScriptsStage implements GameRooms {
  readonly scripts: GameScripts;
  readonly under: EngineStage;
  /** kind and id of each room that was opened */
  readonly opened: [kind: string, id: string][] = [];
  /** account and room */
  readonly members: [account: string, room: string][] = [];
  /** Opening fails with this. */
  fault: RealmError | undefined;
  runsRooms = true;
  readonly #files = new Map<string, string>();

  private constructor(
    under: EngineStage,
    on: { readonly engine: ScriptEngine; readonly hot: Hot },
  ) {
    this.under = under;
    this.scripts = new GameScripts({
      engine: on.engine,
      hot: on.hot,
      clock: systemClock(),
      random: randomBytes,
      log: under.log,
      game: "arena",
      limits: limitValues(),
      rooms: () => (this.runsRooms ? this : undefined),
    });
  }

  static async open(engine: EngineName = "memory"): Promise<ScriptsStage> {
    const under = await openEngineStage(engine);
    return new ScriptsStage(under, under);
  }

  /** Another node of the same engine; closed before this one. */
  async another(): Promise<ScriptsStage> {
    const { under } = this;
    const on = { engine: await under.another(), hot: await under.anotherHot() };
    return new ScriptsStage(under, on);
  }

  open(kind: string, { id }: { readonly id: string }): void {
    if (this.fault !== undefined) throw this.fault;
    const exists = this.opened.some(([, other]) => other === id);
    if (exists) throw new RealmError("ROOM_EXISTS");
    this.opened.push([kind, id]);
  }

  isMember(account: string, room: string): boolean {
    return this.members.some(([a, r]) => a === account && r === room);
  }

  /** Changes files of the folder, takes away those that are undefined, and loads it. */
  load(changed: Readonly<Record<string, string | undefined>>): Promise<readonly ScriptProblem[]> {
    for (const [name, source] of Object.entries(changed)) {
      if (source === undefined) this.#files.delete(name);
      else this.#files.set(name, source);
    }
    return this.scripts.load(new Map(this.#files));
  }

  run(
    script: string,
    args: Readonly<Record<string, unknown>> | readonly unknown[] = {},
    more: { readonly subject?: Subject; readonly idempotencyKey?: string } = {},
  ): Promise<unknown> {
    return this.scripts.run({ subject: ada, script, args, ...more });
  }

  /** All nodes of the engine. */
  async close(): Promise<void> {
    await this.scripts.close();
    await this.under.close();
  }
}
