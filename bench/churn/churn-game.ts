import { defineGame, room } from "@realmwright/core";
import { document, entity, event, input, t } from "@realmwright/protocol";

const side = 256;

const Walker = entity("walker", {
  x: t.position({ min: 0, max: side, step: 1 / 32 }),
  y: t.position({ min: 0, max: side, step: 1 / 32 }),
  name: t.string(24).static(),
});
const Mark = entity("mark", {
  x: t.position({ min: 0, max: side, step: 1 / 32 }),
  y: t.position({ min: 0, max: side, step: 1 / 32 }),
  text: t.string(40),
});
export const Move = input("move", { dx: t.unit(8), dy: t.unit(8) });
/** Leaves a mark, which goes after half a second. */
export const Write = input("write", { text: t.string(40) });
export const Door = input("door", { to: t.string(64) });
const Written = event("written", { by: t.entity(), text: t.string(40) });
const Board = document("board", { count: t.uint(1_000_000_000), last: t.string(40) });
const Purse = document("purse", { coins: t.uint(1_000_000_000) });

const place = (permanent: boolean) =>
  room({
    entities: { Walker, Mark },
    inputs: { Move, Write, Door },
    events: { Written },
    documents: { shared: Board, private: Purse },
    tickRate: 20,
    maxPlayers: 250,
    graceMs: 1000,
    permanent,
    interest: { enter: 40, leave: 48, nearest: 30 },
    predict: {
      entity: Walker,
      input: Move,
      step(walker, { dx, dy }, dt) {
        walker.x = Math.max(0, Math.min(side, walker.x + dx * 6 * dt));
        walker.y = Math.max(0, Math.min(side, walker.y + dy * 6 * dt));
      },
    },
    join(room, player) {
      const { name } = player;
      const x = room.random.between(0, side);
      room.spawn(Walker, { owner: player, x, y: room.random.between(0, side), name });
      player.document.update((purse) => void (purse.coins += 1));
      room.say(`${name} is here.`, player);
    },
    timers: {
      fade(room, id: number) {
        const mark = room.get(Mark, id);
        if (mark !== undefined) room.despawn(mark);
      },
    },
    on: {
      write(room, player, { text }) {
        const walker = room.get(Walker, player.entity?.id ?? 0);
        if (walker === undefined) return room.refuse("NOBODY");
        const mark = room.spawn(Mark, { x: walker.x, y: walker.y, text });
        room.after(500, "fade", mark.id);
        room.emit(Written, { by: walker.id, text }, { near: walker });
        room.document.update((board) => {
          board.count++;
          board.last = text;
        });
        return undefined;
      },
      door: (room, player, { to }) => room.transfer(player, to),
    },
  });

/**
 * What a server keeps something for: players, seats, entities, timers, documents, events, doors. The den is there while
 * somebody is in it.
 */
export const churnGame = defineGame({
  name: "churn",
  rooms: { hall: place(true), den: place(false) },
});
