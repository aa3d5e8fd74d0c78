import type { Refusal } from "realmwright";
import { npcs, type Npcs } from "realmwright/kits";
import { Player, Say, talkRadius, Villager } from "../shared.ts";
import { ticks, type PlayerEntity, type VillagerEntity, type ZoneRoom } from "./zone-room.ts";

/** One who passes so near is greeted. */
const greetRadius = 2.2;

/** A villager that has spoken is silent for so long to passers-by, and so long to those who ask. */
const greetEveryMs = 15_000;
const answerEveryMs = 1500;

/** Villagers look out for passers-by every so many ticks. */
const lookTicks = 10;

/** The people of the place. They stroll about their door and say their line. */
export class Villagers {
  readonly #room: ZoneRoom;
  readonly #npcs: Npcs<typeof Villager, "villager">;
  readonly #players: PlayerEntity[] = [];
  readonly #villagers: VillagerEntity[] = [];

  constructor(room: ZoneRoom) {
    this.#room = room;
    this.#npcs = npcs(room, {
      type: Villager,
      kinds: { villager: { speed: 1.6, strollSpeed: 1, strollRadius: 2, restMs: [4000, 14_000] } },
      enemies: [Player],
      isEnemy: () => false,
      grid: room.content.grid,
    });
  }

  /** Puts the map's people into a new room. */
  populate(): void {
    for (const { x, y, name, look, says } of this.#room.content.villagers) {
      const villager = this.#npcs.spawn("villager", x, y);
      villager.name = name.slice(0, 24);
      villager.look = look.slice(0, 24);
      villager.says = says.slice(0, 200);
    }
  }

  /** Answers a player who talks to a villager, the nearest one when it names none. */
  talk(player: PlayerEntity, target: number): Refusal | undefined {
    const room = this.#room;
    const villager = target === 0 ? this.#nearest(player) : room.get(Villager, target);
    if (villager === undefined) return room.refuse("TARGET_UNKNOWN", "Nobody is there.");
    const dx = villager.x - player.x;
    const dy = villager.y - player.y;
    if (dx * dx + dy * dy > talkRadius * talkRadius) return room.refuse("OUT_OF_RANGE");
    const silence = ticks(room, greetEveryMs - answerEveryMs);
    if (room.tick + silence < villager.spokeAt) return room.refuse("NOT_READY");
    this.#speak(villager);
    return undefined;
  }

  tick(): void {
    this.#npcs.tick();
    const room = this.#room;
    const all = room.all(Villager);
    for (let i = room.tick % lookTicks; i < all.length; i += lookTicks) {
      const villager = all[i]!;
      if (room.tick < villager.spokeAt) continue;
      const { x, y } = villager;
      if (room.near(Player, x, y, greetRadius, this.#players) > 0) this.#speak(villager);
    }
  }

  #nearest({ x, y }: PlayerEntity): VillagerEntity | undefined {
    const count = this.#room.near(Villager, x, y, talkRadius, this.#villagers);
    let nearest: VillagerEntity | undefined;
    let least = Infinity;
    for (let i = 0; i < count; i++) {
      const villager = this.#villagers[i]!;
      const distance = (villager.x - x) ** 2 + (villager.y - y) ** 2;
      if (distance >= least) continue;
      least = distance;
      nearest = villager;
    }
    return nearest;
  }

  #speak(villager: VillagerEntity): void {
    villager.spokeAt = this.#room.tick + ticks(this.#room, greetEveryMs);
    this.#room.emit(Say, { by: villager.id, text: villager.says }, { near: villager });
  }
}
