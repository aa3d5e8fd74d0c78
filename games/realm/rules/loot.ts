import type { MonsterKind } from "../content/monsters.ts";
import { Loot, PickUp, pickUpRadius, Player } from "../shared.ts";
import { ticks, type LootEntity, type MonsterEntity, type PlayerEntity } from "./zone-room.ts";
import type { ZoneCombat, ZoneRoom } from "./zone-room.ts";

/** It lies about for so long. */
const lifetimeMs = 30_000;

/** Things lying about at once; of more none are left behind. */
const lootMax = 300;

/** Things are looked at every so many ticks, each at its own. */
const lookTicks = 3;

const potionHp = 30;

/** What monsters leave behind. */
export class Spoils {
  readonly #room: ZoneRoom;
  readonly #combat: ZoneCombat;
  readonly #near: PlayerEntity[] = [];

  constructor(room: ZoneRoom, combat: ZoneCombat) {
    this.#room = room;
    this.#combat = combat;
  }

  /** Leaves something where a monster fell, or nothing. */
  drop(monster: MonsterEntity, kind: MonsterKind): void {
    const { random } = this.#room;
    if (this.#room.all(Loot).length >= lootMax) return;
    const until = this.#room.tick + ticks(this.#room, lifetimeMs);
    const { x, y, level } = monster;
    if (random.chance(0.12)) {
      this.#room.spawn(Loot, { x, y, kind: "potion", amount: potionHp, until });
    } else if (random.chance(0.65)) {
      const amount = random.integer(1, kind.coins * level);
      this.#room.spawn(Loot, { x, y, kind: "coins", amount, until });
    }
  }

  tick(): void {
    const all = this.#room.all(Loot);
    for (let i = this.#room.tick % lookTicks; i < all.length; i += lookTicks) {
      const loot = all[i]!;
      if (!loot.alive) continue;
      if (this.#room.tick >= loot.until) this.#room.despawn(loot);
      else this.#offer(loot);
    }
  }

  #offer(loot: LootEntity): void {
    const count = this.#room.near(Player, loot.x, loot.y, pickUpRadius, this.#near);
    for (let i = 0; i < count; i++) {
      const player = this.#near[i]!;
      const seat = this.#room.players.get(player.owner);
      if (player.hp <= 0 || seat === undefined) continue;
      const { kind, amount } = loot;
      if (kind === "coins") seat.document.update((deeds) => void (deeds.coins += amount));
      // A potion is left for one who needs it.
      else if (this.#combat.heal(player, amount, player.id) === 0) continue;
      this.#room.emit(PickUp, { kind, amount }, { seat });
      this.#room.despawn(loot);
      return;
    }
  }
}
