import { randomUUID } from "node:crypto";
import { defineGame, room } from "realmwright";
import { loadRealmMap } from "./content/realm-map.ts";
import type { RespawnData } from "./rules/heroes.ts";
import { joinOptions } from "./rules/passage.ts";
import { scoreState } from "./rules/score.ts";
import { ZoneRules } from "./rules/zone-rules.ts";
import {
  Attack,
  Board,
  Cast,
  Deeds,
  Emote,
  events,
  Interact,
  Loot,
  Monster,
  Move,
  Player,
  Projectile,
  Shoot,
  step,
  Villager,
} from "./shared.ts";

/** By this a room knows that a player came through a door. It never leaves the server. */
const passageSecret = randomUUID();

/** A part of the world with a map of its own. */
const zone = (map: string) =>
  room({
    entities: { Player, Monster, Projectile, Villager, Loot },
    inputs: { Move, Attack, Shoot, Cast, Interact, Emote },
    events,
    documents: { shared: Board, private: Deeds },
    state: scoreState,
    tickRate: 20,
    sendRate: 20,
    maxPlayers: 300,
    permanent: true,
    // A little more than a wide screen shows.
    interest: { enter: 22, leave: 26, nearest: 80 },
    predict: { entity: Player, input: Move, step },
    joinOptions,

    load: (files) => loadRealmMap(files, map),
    setup(zone) {
      zone.stepContext = zone.content.grid;
      return new ZoneRules(zone, passageSecret);
    },
    create: (zone) => zone.local.populate(),
    join: (zone, player, options) => zone.local.join(player, options),
    spectate: (zone, spectator) => zone.setViewpoint(spectator, zone.content.spawns.get("start")!),
    drop: (zone, player) => zone.local.setAway(player, true),
    reconnect: (zone, player) => zone.local.setAway(player, false),
    tick: (zone) => zone.local.tick(),
    timers: {
      respawn: (zone, data: RespawnData) => zone.local.respawn(data),
    },
    on: {
      attack: (zone, player, aim) => zone.local.use(player, "sword", aim),
      shoot: (zone, player, aim) => zone.local.use(player, "bow", aim),
      cast: (zone, player, spell) => zone.local.cast(player, spell),
      interact: (zone, player, { target }) => zone.local.interact(player, target),
      emote: (zone, player, emote) => zone.local.emote(player, emote),
    },
  });

export default defineGame({
  name: "realm",
  rooms: { town: zone("maps/town.tmj"), forest: zone("maps/forest.tmj") },
});
