import { hasEffect } from "realmwright/kits";
import type { SeenEntity } from "realmwright/client";
import { abilityNames, effectNames } from "../content/abilities.ts";
import { monsterNames } from "../content/monsters.ts";
import { Loot, Monster, Player, Projectile, Villager } from "../shared.ts";
import { type Manifest, monsterSheet, shadowOf } from "./data/catalogue.ts";
import type { RealmRoom } from "./net/realm-room.ts";
import type { Being, Bolt, Item } from "./view/being.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface Casting {
  readonly startMs: number;
  readonly ms: number;
}

/** Everyone and everything in sight in one room, as the view wants it, brought up to date once per frame. */
export class Population {
  readonly beings: Map<number, Being> = new Map();
  readonly bolts: Map<number, Bolt> = new Map();
  readonly items: Map<number, Item> = new Map();
  readonly #room: RealmRoom;
  readonly #manifest: Manifest;
  readonly #casts = new Map<number, Casting>();
  readonly #effectLists = new Map<number, readonly string[]>();
  #frame = 0;
  readonly #frames = new Map<number, number>();

  constructor(room: RealmRoom, manifest: Manifest) {
    this.#room = room;
    this.#manifest = manifest;
  }

  /** One's own hero; none before the first snapshot and between two rooms. */
  get self(): Being | undefined {
    const { self } = this.#room;
    return self === undefined ? undefined : this.beings.get(self.id);
  }

  being(id: number): Being | undefined {
    return this.beings.get(id);
  }

  /** The hero of a player in sight. */
  ofSeat(seat: number): Being | undefined {
    for (const being of this.beings.values()) if (being.seat === seat) return being;
    return undefined;
  }

  /** A cast begins, which takes so long. */
  beginCast(id: number, ms: number, nowMs: number): void {
    this.#casts.set(id, { startMs: nowMs, ms });
  }

  endCast(id: number): void {
    this.#casts.delete(id);
  }

  /** The nearest to a place, of those that a test takes and that are not farther than a distance. */
  nearest(
    x: number,
    y: number,
    withinTiles: number,
    test: (being: Being) => boolean,
  ): Being | undefined {
    let best: Being | undefined;
    let least = withinTiles;
    for (const being of this.beings.values()) {
      const far = Math.hypot(being.x - x, being.y - y);
      if (far > least || !test(being)) continue;
      best = being;
      least = far;
    }
    return best;
  }

  /** Reads what the room shows at this moment. */
  refresh(nowMs: number): void {
    const room = this.#room;
    this.#frame++;
    for (const player of room.all(Player)) this.#player(player, nowMs);
    for (const monster of room.all(Monster)) this.#monster(monster, nowMs);
    for (const villager of room.all(Villager)) this.#villager(villager);
    for (const seen of room.all(Projectile)) this.#bolt(seen);
    for (const seen of room.all(Loot)) this.#item(seen);
    for (const kept of [this.beings, this.bolts, this.items]) {
      for (const id of kept.keys()) {
        if (this.#frames.get(id) === this.#frame) continue;
        kept.delete(id);
        this.#frames.delete(id);
        this.#casts.delete(id);
      }
    }
  }

  #player(seen: SeenEntity<typeof Player>, nowMs: number): void {
    const isSelf = this.#room.isOwn(seen);
    const being = this.#being(seen.id, () => ({
      kind: "player",
      isSelf,
      name: seen.name,
      sheet: seen.look,
      level: seen.level,
      seat: seen.chatSeat,
    }));
    const shown = this.#room.view(seen);
    this.#place(being, shown);
    being.level = seen.level;
    being.isAway = seen.away;
    this.#fighter(being, seen, nowMs);
  }

  #monster(seen: SeenEntity<typeof Monster>, nowMs: number): void {
    const being = this.#being(seen.id, () => {
      const kind = monsterNames[seen.npcKind] ?? "slime";
      return {
        kind: "monster",
        isSelf: false,
        name: kind.charAt(0).toUpperCase() + kind.slice(1),
        sheet: monsterSheet(this.#manifest, kind, seen.level),
        level: seen.level,
        isSpirit: kind === "ghost",
        isBoss: kind === "troll",
      };
    });
    this.#place(being, this.#room.view(seen));
    being.isWindingUp = seen.mood === "attack";
    this.#fighter(being, seen, nowMs);
  }

  #villager(seen: SeenEntity<typeof Villager>): void {
    const being = this.#being(seen.id, () => ({
      kind: "villager",
      isSelf: false,
      name: seen.name,
      sheet: seen.look,
      level: 0,
    }));
    this.#place(being, this.#room.view(seen));
  }

  #bolt(seen: SeenEntity<typeof Projectile>): void {
    this.#frames.set(seen.id, this.#frame);
    let bolt = this.bolts.get(seen.id);
    if (bolt === undefined) {
      const ability = abilityNames[seen.ability];
      const kind = ability === "bow" ? "arrow" : ability === "fireball" ? "fireball" : "unknown";
      bolt = { id: seen.id, kind, heading: seen.heading, x: seen.x, y: seen.y };
      this.bolts.set(seen.id, bolt);
    }
    const { x, y } = this.#room.view(seen);
    bolt.x = x;
    bolt.y = y;
  }

  #item(seen: SeenEntity<typeof Loot>): void {
    this.#frames.set(seen.id, this.#frame);
    if (this.items.has(seen.id)) return;
    this.items.set(seen.id, { id: seen.id, kind: seen.kind, x: seen.x, y: seen.y });
  }

  #being(
    id: number,
    describe: () => Pick<Being, "kind" | "isSelf" | "name" | "sheet" | "level"> & Partial<Being>,
  ): Writable<Being> {
    this.#frames.set(id, this.#frame);
    let being = this.beings.get(id);
    if (being === undefined) {
      const described = describe();
      being = {
        id,
        shadow: shadowOf(this.#manifest, described.sheet),
        seat: undefined,
        isSpirit: false,
        isBoss: false,
        x: 0,
        y: 0,
        heading: Math.PI / 2,
        hp: 0,
        hpMax: 0,
        effects: [],
        cast: undefined,
        isWindingUp: false,
        isAway: false,
        ...described,
      };
      this.beings.set(id, being);
    }
    return being;
  }

  #place(
    being: Being,
    shown: { readonly x: number; readonly y: number; readonly heading: number },
  ): void {
    being.x = shown.x;
    being.y = shown.y;
    being.heading = shown.heading;
  }

  #fighter(
    being: Being,
    seen: {
      readonly id: number;
      readonly hp: number;
      readonly hpMax: number;
      readonly effects: number;
    },
    nowMs: number,
  ): void {
    being.hp = seen.hp;
    being.hpMax = seen.hpMax;
    being.effects = this.#effectsOf(seen.effects);
    const cast = this.#casts.get(seen.id);
    if (cast === undefined) {
      being.cast = undefined;
      return;
    }
    const share = (nowMs - cast.startMs) / cast.ms;
    being.cast = share <= 1 && seen.hp > 0 ? share : undefined;
    if (being.cast === undefined) this.#casts.delete(seen.id);
  }

  #effectsOf(bits: number): readonly string[] {
    let list = this.#effectLists.get(bits);
    if (list === undefined) {
      list = effectNames.filter((_, index) => hasEffect(bits, index));
      this.#effectLists.set(bits, list);
    }
    return list;
  }
}
