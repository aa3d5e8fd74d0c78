import type { Unsubscribe } from "realmwright/client";
import {
  Blast,
  Cast as CastBegun,
  Death,
  EffectChange,
  Heal,
  Hit,
  Interrupt,
  Revive,
} from "realmwright/kits";
import { abilityNames, effectNames } from "../content/abilities.ts";
import { monsterNames } from "../content/monsters.ts";
import { Emoted, LevelUp, PickUp, respawnMs, Reward, Say } from "../shared.ts";
import type { DeathScreen } from "./hud/death-screen.ts";
import type { Notices } from "./hud/notices.ts";
import { isCalm } from "./hud/page.ts";
import type { RealmRoom } from "./net/realm-room.ts";
import type { Population } from "./population.ts";
import type { Sound } from "./sound.ts";
import type { Being } from "./view/being.ts";
import type { ZoneView } from "./view/zone-view.ts";

/** Damage from which on a number is large. */
const heavyDamage = 20;

const cries: Readonly<Record<string, string>> = {
  Slime: "slime",
  Wolf: "growl",
  Ghost: "wail",
  Troll: "roar",
};

const gestures: Readonly<Record<string, string>> = {
  wave: "waves",
  cheer: "cheers!",
  laugh: "laughs",
  dance: "dances",
  cry: "weeps",
  question: "?",
};

/** Who is told what happens. */
export interface Stagehands {
  readonly room: RealmRoom;
  readonly view: ZoneView;
  readonly population: Population;
  readonly sound: Sound;
  readonly notices: Notices;
  readonly death: DeathScreen;
}

/** Shows and sounds the events of one room. */
export class Happenings {
  readonly #hands: Stagehands;
  readonly #ends: readonly Unsubscribe[];

  constructor(hands: Stagehands) {
    this.#hands = hands;
    const { room, view, sound } = hands;
    this.#ends = [
      room.on(Hit, (hit) => this.#hit(hit.target, hit.by, hit.damage, hit.absorbed)),
      room.on(CastBegun, (cast) => this.#cast(cast.by, cast.ability, cast.ms)),
      room.on(Interrupt, ({ by }) => this.#interrupted(by)),
      room.on(Blast, (blast) => this.#blast(blast.ability, blast.x, blast.y, blast.radius)),
      room.on(Heal, ({ target, amount }) => this.#healed(target, amount)),
      room.on(EffectChange, ({ target, effect, ms }) => this.#effect(target, effect, ms)),
      room.on(Death, ({ target, by }) => this.#died(target, by)),
      room.on(Revive, ({ target }) => this.#revived(target)),
      room.on(Say, ({ by, text }) => {
        view.say(by, text);
        const speaker = view.actor(by);
        if (speaker !== undefined) sound.play("chat", speaker.x, speaker.y);
      }),
      room.on(Emoted, ({ by, emote }) => view.say(by, gestures[emote] ?? emote)),
      room.on(LevelUp, ({ target, level }) => this.#rose(target, level)),
      room.on(Reward, ({ experience, monster }) => this.#rewarded(experience, monster)),
      room.on(PickUp, ({ kind, amount }) => this.#pickedUp(kind, amount)),
    ];
  }

  /** Shows a blow of one's own at once, before the server has heard of it. */
  strike(ability: "sword" | "bow", self: Being, heading: number): void {
    this.#weapon(ability, self, heading);
  }

  destroy(): void {
    for (const end of this.#ends) end();
  }

  #hit(target: number, by: number, damage: number, absorbed: number): void {
    const { view, population, sound } = this.#hands;
    const actor = view.actor(target);
    const victim = population.being(target);
    if (actor === undefined || victim === undefined) return;
    const isOwnDoing = population.being(by)?.isSelf === true;
    if (damage === 0) {
      view.float(target, "note", absorbed > 0 ? "absorbed" : "safe");
      sound.play("hit", actor.x, actor.y);
      return;
    }
    const kind = victim.isSelf ? "hurt" : isOwnDoing ? "damage" : "note";
    view.float(target, kind, String(damage), damage >= heavyDamage && kind !== "note");
    actor.figure.flash(victim.isSelf ? 0xff7060 : 0xffffff);
    actor.figure.play("hurt");
    const above = Math.min(1.2, actor.figure.height / view.tilePx / 2);
    view.effects.play("spark", actor.x, actor.y - above);
    sound.play(victim.isSelf ? "hurt" : "hit", actor.x, actor.y);
    if (victim.isSelf && !isCalm()) view.camera.shake(damage >= heavyDamage ? 3.2 : 1.4);
  }

  #cast(by: number, ability: number, ms: number): void {
    const { view, population, sound } = this.#hands;
    const name = abilityNames[ability];
    const being = population.being(by);
    const actor = view.actor(by);
    if (being === undefined || actor === undefined || name === undefined) return;
    if (ms > 0) {
      population.beginCast(by, ms, performance.now());
      view.markUnder("cast-ring", by);
      return;
    }
    if (name === "sword" || name === "bow") {
      // One's own was shown when the key went down.
      if (!being.isSelf) this.#weapon(name, being, being.heading);
      return;
    }
    if (being.kind === "monster") {
      actor.figure.play("attack");
      sound.play(cries[being.name] ?? "sword-swing", being.x, being.y);
      return;
    }
    actor.figure.play("cast");
    if (name === "fireball") sound.play("fireball", being.x, being.y);
    if (name === "haste" || name === "shield") sound.play("haste", being.x, being.y);
    if (name !== "fireball" && name !== "frost") view.markUnder("cast-ring", by);
  }

  #weapon(ability: "sword" | "bow", being: Being, heading: number): void {
    const { view, sound } = this.#hands;
    const actor = view.actor(being.id);
    if (actor === undefined) return;
    actor.figure.face(heading);
    actor.figure.play("attack");
    if (ability === "bow") {
      sound.play("bow", being.x, being.y);
      return;
    }
    const reach = 0.3;
    const x = being.x + Math.cos(heading) * reach;
    const y = being.y - 0.7 + Math.sin(heading) * reach;
    view.effects.play(`slash-${actor.figure.direction}`, x, y);
    sound.play("sword-swing", being.x, being.y);
  }

  #interrupted(by: number): void {
    const { population, notices } = this.#hands;
    population.endCast(by);
    if (population.being(by)?.isSelf === true) notices.hint("Interrupted");
  }

  #blast(ability: number, x: number, y: number, radius: number): void {
    const { view, sound, population } = this.#hands;
    if (abilityNames[ability] === "frost") {
      view.mark("heal-ring", x, y, radius / 1.6);
      for (let i = 0; i < 9; i++) {
        const angle = (i / 9) * Math.PI * 2;
        const far = radius * (0.3 + 0.6 * Math.random());
        view.effects.play(
          "ice-sparkle",
          x + Math.cos(angle) * far,
          y + Math.sin(angle) * far * 0.8,
          {
            pace: 0.7 + Math.random() * 0.6,
          },
        );
      }
      sound.play("frost", x, y);
      return;
    }
    view.effects.play("blast", x, y - 0.4, { scale: Math.max(1, radius / 1.3) });
    view.effects.play("smoke", x, y - 0.5, { velocityY: -0.5, pace: 1.4 });
    sound.play("explosion", x, y);
    const { self } = population;
    const far = self === undefined ? 99 : Math.hypot(self.x - x, self.y - y);
    if (far < 8 && !isCalm()) view.camera.shake(2.4 * (1 - far / 8));
  }

  #healed(target: number, amount: number): void {
    const { view, sound, population } = this.#hands;
    if (amount === 0) return;
    view.float(target, "heal", `+${amount}`);
    view.effects.follow("heal-sparkle", view.feetOf(target), 0.8);
    const being = population.being(target);
    if (amount >= 10 && being !== undefined) sound.play("heal", being.x, being.y);
  }

  #effect(target: number, effect: number, ms: number): void {
    const { view } = this.#hands;
    if (ms === 0) return;
    const name = effectNames[effect];
    if (name === "regeneration") view.markUnder("heal-ring", target);
    if (name === "slow") view.effects.follow("ice-sparkle", view.feetOf(target), 0.6);
    if (name === "stun") view.float(target, "note", "stunned");
  }

  #died(target: number, by: number): void {
    const { view, population, sound, notices, death } = this.#hands;
    const victim = population.being(target);
    const killer = population.being(by);
    if (victim === undefined) return;
    population.endCast(target);
    if (victim.kind === "monster") {
      view.effects.play("puff", victim.x, victim.y - 0.5, { scale: victim.isBoss ? 2 : 1 });
      sound.play("monster-death", victim.x, victim.y);
      if (killer?.kind === "player") {
        notices.feed(`${killer.name} felled a ${victim.name.toLowerCase()}`, killer.isSelf);
      }
      return;
    }
    const slayer = killer === undefined ? "" : withArticle(killer);
    notices.feed(
      slayer === "" ? `${victim.name} fell` : `${victim.name} was slain by ${slayer}`,
      victim.isSelf,
    );
    sound.play("death", victim.x, victim.y);
    if (victim.isSelf) death.show(slayer, performance.now(), respawnMs);
  }

  #revived(target: number): void {
    const { view, population, death } = this.#hands;
    view.markUnder("heal-ring", target);
    if (population.being(target)?.isSelf === true) death.hide();
  }

  #rose(target: number, level: number): void {
    const { view, population, sound, notices } = this.#hands;
    const being = population.being(target);
    if (being === undefined) return;
    view.markUnder("level-ring", target);
    view.effects.follow("heal-sparkle", view.feetOf(target), 0.9);
    view.float(target, "experience", `Level ${level}!`, true);
    sound.play("level-up", being.x, being.y);
    if (being.isSelf) notices.toast(`Level ${level}`);
    else notices.feed(`${being.name} reached level ${level}`);
  }

  #rewarded(experience: number, monster: number): void {
    const { view, population } = this.#hands;
    const { self } = population;
    if (self === undefined || experience === 0) return;
    const name = monsterNames[monster];
    view.float(self.id, "experience", name === undefined ? `+${experience}` : `+${experience} xp`);
  }

  #pickedUp(kind: "coins" | "potion", amount: number): void {
    const { view, population, sound, notices } = this.#hands;
    const { self } = population;
    if (self === undefined) return;
    sound.play("coin");
    if (kind === "coins")
      view.float(self.id, "experience", amount === 1 ? "+1 coin" : `+${amount} coins`);
    else notices.feed("You drank a potion", true);
  }
}

function withArticle(being: Being): string {
  return being.kind === "monster" ? `a ${being.name.toLowerCase()}` : being.name;
}
