import type { App } from "./app.ts";
import type { Game } from "./game.ts";

/** What tests and developers see of the running page as `globalThis.realm`. Places are in tiles. */
export interface RealmHandle {
  /** One is in the world and sees oneself. */
  readonly ready: boolean;
  /** The room's name; empty before the first. */
  readonly zone: string;
  /** Errors that nobody caught since the page was loaded. */
  readonly errors: number;
  /** What is drawn with: WebGL, WebGPU or canvas. */
  readonly drawing: string;
  self(): SelfInfo | undefined;
  entities(): readonly EntityInfo[];
  chatLog(): readonly { readonly name: string; readonly text: string; readonly isOwn: boolean }[];
  stats(): StatsInfo;
  /** Walks there around what stands in the way; false when there is no way. */
  walkTo(x: number, y: number): boolean;
  /** Walks in a direction until told otherwise; (0, 0) stands. */
  hold(dx: number, dy: number): void;
  /** Strikes, towards a place if one is given. */
  attack(x?: number, y?: number): void;
  /** Uses a skill of the hot bar by its name, towards a place if one is given. */
  use(skill: string, x?: number, y?: number): void;
  say(text: string): void;
  /** Makes the network worse, each way. */
  weather(delayMs: number, jitterMs: number): void;
}

export interface SelfInfo {
  readonly id: number;
  readonly name: string;
  /** As shown at this moment: predicted. */
  readonly x: number;
  readonly y: number;
  readonly hp: number;
  readonly hpMax: number;
  readonly mana: number;
  readonly level: number;
  readonly experience: number;
  readonly alive: boolean;
  readonly look: string;
}

export interface EntityInfo {
  readonly id: number;
  readonly type: string;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly hp: number;
}

export interface StatsInfo {
  readonly rttMs: number;
  readonly jitterMs: number;
  readonly bytesInPerSecond: number;
  readonly bytesOutPerSecond: number;
  readonly snapshotsPerSecond: number;
  readonly reconnects: number;
  readonly tick: number;
  readonly entities: number;
  readonly corrections: number;
  readonly interpolationDelayMs: number;
  readonly framesPerSecond: number;
  /** Of the session: "open" while it works. */
  readonly connection: string;
}

export function makeHandle(app: App): RealmHandle {
  let errors = 0;
  const count = (): void => {
    errors++;
  };
  window.addEventListener("error", count);
  window.addEventListener("unhandledrejection", count);
  const game = (): Game | undefined => app.game;
  const stay = (): Game["stay"] => app.game?.stay;
  return {
    get ready() {
      return stay()?.population.self !== undefined;
    },
    get zone() {
      return stay()?.zone.name ?? "";
    },
    get errors() {
      return errors;
    },
    get drawing() {
      return app.drawing;
    },
    self() {
      const { hero, population } = stay() ?? {};
      const shown = population?.self;
      if (hero === undefined || shown === undefined) return undefined;
      const { id, name, hp, hpMax, mana, level, experience, look } = hero;
      const { x, y } = shown;
      return { id, name, x, y, hp, hpMax, mana, level, experience, alive: hp > 0, look };
    },
    entities() {
      const population = stay()?.population;
      if (population === undefined) return [];
      const plain = [...population.beings.values()].map(({ id, kind, name, x, y, hp }) => ({
        id,
        type: kind,
        name,
        x,
        y,
        hp,
      }));
      const bolts = [...population.bolts.values()].map((bolt) => ({ ...bolt, type: "projectile" }));
      const items = [...population.items.values()].map((item) => ({ ...item, type: "loot" }));
      const others = [...bolts, ...items].map(({ id, type, kind, x, y }) => ({
        id,
        type,
        name: kind,
        x,
        y,
        hp: 0,
      }));
      return [...plain, ...others];
    },
    chatLog: () => [...(game()?.hud.chat.log ?? [])],
    stats() {
      const client = game()?.client;
      const room = stay()?.room.stats;
      const traffic = client?.stats;
      return {
        rttMs: traffic?.rttMs ?? 0,
        jitterMs: traffic?.jitterMs ?? 0,
        bytesInPerSecond: traffic?.bytesInPerSecond ?? 0,
        bytesOutPerSecond: traffic?.bytesOutPerSecond ?? 0,
        snapshotsPerSecond: traffic?.snapshotsPerSecond ?? 0,
        reconnects: traffic?.reconnects ?? 0,
        tick: room?.tick ?? -1,
        entities: room?.entities ?? 0,
        corrections: room?.corrections ?? 0,
        interpolationDelayMs: room?.interpolationDelayMs ?? 0,
        framesPerSecond: game()?.framesPerSecond ?? 0,
        connection: client?.state ?? "closed",
      };
    },
    walkTo(x, y) {
      const { population, walker } = stay() ?? {};
      const self = population?.self;
      return self !== undefined && walker?.go(self.x, self.y, x, y) === true;
    },
    hold(dx, dy) {
      const length = Math.max(1, Math.hypot(dx, dy));
      const controls = game()?.controls;
      if (controls !== undefined) controls.hold = { dx: dx / length, dy: dy / length };
    },
    attack(x, y) {
      this.use("sword", x, y);
    },
    use(skill, x, y) {
      const aim = x === undefined || y === undefined ? undefined : { x, y };
      stay()?.helm.actions.useByName(skill, aim);
    },
    say: (text) => game()?.say(text),
    weather(delayMs, jitterMs) {
      const weather = game()?.weather;
      if (weather !== undefined) Object.assign(weather, { delayMs, jitterMs });
    },
  };
}
