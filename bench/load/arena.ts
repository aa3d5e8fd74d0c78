import { defineGame, room, type GameDefinition, type Player } from "@realmwright/core";
import { entity, event, input, t } from "@realmwright/protocol";
import type { Desk } from "./desk.ts";
import {
  flagChance,
  headings,
  placeOf,
  stepX,
  stepY,
  streamMessageBytes,
  streamMessages,
  tickRate,
  within,
  type Scene,
} from "./scene.ts";

export const gameName = "bench";
export const roomName = "arena";

const Stream = event("stream", { text: t.string(streamMessageBytes) });
const Steer = input("steer", { heading: t.angle(8) });

/** Radians to 256ths of a turn. */
const toStep = headings / (2 * Math.PI);

/** The crowd as a game of ours. */
export function arena(scene: Scene, desk: Desk): GameDefinition {
  const { players, visible, walk } = scene;
  const { side, sight } = placeOf(scene);
  const bursts = streamMessages(scene);
  const text = "x".repeat(streamMessageBytes);
  const move = (walker: { x: number; y: number; heading: number }): void => {
    const step = walker.heading * toStep;
    walker.x = within(walker.x + stepX(step), side);
    walker.y = within(walker.y + stepY(step), side);
  };
  const Walker = entity("walker", {
    number: t.uint(65_535).static(),
    x: t.position({ min: 0, max: side, step: 0.01 }),
    y: t.position({ min: 0, max: side, step: 0.01 }),
    heading: t.angle(8),
    flags: t.uint(255),
  });
  const hall = room({
    entities: { Walker },
    inputs: { Steer },
    events: { Stream },
    joinOptions: { stream: t.bool() },
    tickRate,
    sendRate: tickRate,
    maxPlayers: players,
    maxEntities: players + 1,
    permanent: true,
    // In a corner of the square the nearest reach twice as far as in its middle.
    interest: {
      enter: sight * 2.1,
      leave: sight * 2.4,
      nearest: visible,
      dwellMs: 0,
      tiers: false,
    },
    setup: () => new Set<Player>(),
    join(world, player, { stream }) {
      if (stream) world.local.add(player);
      world.spawn(Walker, {
        owner: player,
        number: player.seat,
        x: world.random.between(0, side),
        y: world.random.between(0, side),
      });
    },
    tick(world) {
      const walkers = world.all(Walker);
      for (const walker of walkers) {
        if (walk === "always") move(walker);
        if (world.random.chance(flagChance)) walker.flags = world.random.integer(0, 255);
      }
      for (const player of world.local) {
        for (let i = 0; i < bursts; i++) world.emit(Stream, { text }, { seat: player });
      }
      if (desk.wants(world.tick)) desk.record(world.tick, walkers);
    },
    on: {
      steer(world, player, { heading }) {
        const walker = world.get(Walker, player.entity?.id ?? 0);
        if (walker === undefined) return;
        walker.heading = heading;
        if (walk === "by input") move(walker);
      },
    },
  });
  return defineGame({ name: gameName, rooms: { [roomName]: hall } });
}
