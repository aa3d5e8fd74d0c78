import { RealmError } from "realmwright";
import { combatRefusals } from "realmwright/kits";
import { abilities, type PlayerAbility } from "../content/abilities.ts";
import {
  Attack,
  Cast,
  Emote,
  type emotes,
  frostReach,
  Interact,
  Shoot,
  talkRadius,
} from "../shared.ts";
import type { Happenings } from "./happenings.ts";
import type { HotBar } from "./hud/hot-bar.ts";
import type { Notices } from "./hud/notices.ts";
import type { RealmRoom } from "./net/realm-room.ts";
import type { Population } from "./population.ts";
import { skills } from "./skills.ts";
import type { Being } from "./view/being.ts";

export type EmoteName = (typeof emotes)[number];

/** A place that one aims at, in tiles. */
export interface Aim {
  readonly x: number;
  readonly y: number;
}

/** How far a skill looks for someone to aim at by itself, in tiles. */
const autoAimTiles: Readonly<Record<PlayerAbility, number>> = {
  sword: 2.6,
  bow: 9,
  fireball: 9,
  heal: 0,
  haste: 0,
  shield: 0,
  frost: 7,
};

/** Refusals that the hot bar shows well enough. */
const silent: ReadonlySet<string> = new Set(["NOT_READY", "CASTING", "DEAD"]);
/** The action was not refused but lost. */
const lost: ReadonlySet<string> = new Set(["CLIENT_CLOSED", "ANSWER_MISSING", "CONNECTION_LOST"]);

/** Everything that one's hero does besides walking: aimed, sent, and shown at once where that is safe. */
export class Actions {
  readonly #room: RealmRoom;
  readonly #population: Population;
  readonly #happenings: Happenings;
  readonly #bar: HotBar;
  readonly #notices: Notices;

  constructor(
    room: RealmRoom,
    population: Population,
    happenings: Happenings,
    bar: HotBar,
    notices: Notices,
  ) {
    this.#room = room;
    this.#population = population;
    this.#happenings = happenings;
    this.#bar = bar;
    this.#notices = notices;
  }

  /** Uses a skill if it is ready. @param aim none: at the nearest monster, else where one looks. */
  use(ability: PlayerAbility, aim: Aim | undefined): void {
    const { self } = this.#population;
    const skill = skills.find(({ id }) => id === ability);
    const now = performance.now();
    if (self === undefined || skill === undefined || self.hp <= 0) return;
    if (this.#bar.readyAt(ability) > now || self.cast !== undefined) return;
    if (self.level < skill.level) {
      this.#notices.hint(`${skill.title} needs level ${skill.level}`);
      return;
    }
    const heading = this.#heading(self, ability, aim);
    const dx = Math.cos(heading);
    const dy = Math.sin(heading);
    this.#bar.start(ability, now);
    this.#bar.press(ability);
    switch (ability) {
      case "sword":
        this.#happenings.strike("sword", self, heading);
        this.#send(ability, this.#room.send(Attack, { dx, dy }));
        return;
      case "bow":
        this.#happenings.strike("bow", self, heading);
        this.#send(ability, this.#room.send(Shoot, { dx, dy }));
        return;
      case "heal": {
        const target = this.#patient(aim)?.id ?? 0;
        this.#send(ability, this.#room.send(Cast, { spell: ability, dx, dy, target }));
        return;
      }
      case "frost": {
        const reach = this.#reach(self, heading, aim);
        const spell = { spell: ability, dx: dx * reach, dy: dy * reach, target: 0 };
        this.#send(ability, this.#room.send(Cast, spell));
        return;
      }
      case "fireball":
      case "haste":
      case "shield":
        this.#send(ability, this.#room.send(Cast, { spell: ability, dx, dy, target: 0 }));
        return;
    }
  }

  /** Uses the skill of that name; nothing for a name that is none. */
  useByName(name: string, aim: Aim | undefined): void {
    const skill = skills.find(({ id }) => id === name);
    if (skill !== undefined) this.use(skill.id, aim);
  }

  /** Talks to someone, or to whoever is nearest. */
  talk(target: Being | undefined): void {
    const { self } = this.#population;
    if (self === undefined) return;
    const villager = target ?? this.villagerNear(self.x, self.y, talkRadius);
    if (villager === undefined) {
      this.#notices.hint("Nobody is near");
      return;
    }
    this.#send(undefined, this.#room.send(Interact, { target: villager.id }));
  }

  emote(emote: EmoteName): void {
    this.#send(undefined, this.#room.send(Emote, { emote }));
  }

  villagerNear(x: number, y: number, withinTiles: number): Being | undefined {
    return this.#population.nearest(x, y, withinTiles, ({ kind }) => kind === "villager");
  }

  monsterNear(x: number, y: number, withinTiles: number): Being | undefined {
    return this.#population.nearest(
      x,
      y,
      withinTiles,
      ({ kind, hp }) => kind === "monster" && hp > 0,
    );
  }

  #heading(self: Being, ability: PlayerAbility, aim: Aim | undefined): number {
    const at = aim ?? this.monsterNear(self.x, self.y, autoAimTiles[ability]);
    return at === undefined ? self.heading : Math.atan2(at.y - self.y, at.x - self.x);
  }

  /** How far away frost falls, as a share of `frostReach`. */
  #reach(self: Being, heading: number, aim: Aim | undefined): number {
    const { range } = abilities.frost;
    const at = aim ??
      this.monsterNear(self.x, self.y, autoAimTiles.frost) ?? {
        x: self.x + Math.cos(heading) * 3,
        y: self.y + Math.sin(heading) * 3,
      };
    return Math.min(range, Math.hypot(at.x - self.x, at.y - self.y)) / frostReach;
  }

  /** Whom a healing spell is for: a wounded player that one points at, else oneself. */
  #patient(aim: Aim | undefined): Being | undefined {
    if (aim === undefined) return undefined;
    return this.#population.nearest(
      aim.x,
      aim.y,
      1,
      ({ kind, isSelf, hp, hpMax }) => kind === "player" && !isSelf && hp > 0 && hp < hpMax,
    );
  }

  #send(ability: PlayerAbility | undefined, answer: Promise<unknown>): void {
    void this.#await(ability, answer);
  }

  /** Says why something was refused. */
  async #await(ability: PlayerAbility | undefined, answer: Promise<unknown>): Promise<void> {
    const code = await refusalOf(answer);
    if (code === undefined) return;
    // The wait was begun for nothing. One that is not ready stays so.
    if (ability !== undefined && code !== "NOT_READY") this.#bar.reset(ability);
    if (silent.has(code)) return;
    const texts: Readonly<Record<string, string>> = combatRefusals;
    this.#notices.hint(texts[code] ?? "That does not work now.");
  }
}

/** Why the rules did not take an action; none if they did, or if nobody can say. */
async function refusalOf(answer: Promise<unknown>): Promise<string | undefined> {
  try {
    const { ok, code } = (await answer) as { readonly ok?: boolean; readonly code?: string };
    return ok === false ? (code ?? "") : undefined;
  } catch (error) {
    const code = error instanceof RealmError ? codeOf(error) : "";
    // That the connection is away is told elsewhere.
    return lost.has(code) ? undefined : code;
  }
}

/** The game's own code of a refusal, where it has one. */
function codeOf(error: RealmError): string {
  const { cause } = error;
  if (typeof cause === "object" && cause !== null && "code" in cause) return String(cause.code);
  return error.code;
}
