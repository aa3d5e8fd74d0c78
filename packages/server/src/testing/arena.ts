import { defineGame, room, type GameDefinition } from "@realmwright/core";
import { document, entity, event, input, t } from "@realmwright/protocol";

const Walker = entity("walker", {
  x: t.position({ min: 0, max: 1024, step: 1 / 32 }),
  y: t.position({ min: 0, max: 1024, step: 1 / 32 }),
  name: t.string(24).static(),
});
const Move = input("move", { dx: t.unit(8), dy: t.unit(8) });
const Shout = input("shout", { text: t.string(100) });
const Fault = input("fault", {});
const Door = input("door", { to: t.string(64) });
const Heard = event("heard", { text: t.string(100), from: t.entity() });
const Board = document("board", { shouts: t.uint(1_000_000) });

/** A small game for tests: one walks, shouts, goes through doors, and may make a room fail. */
export function arena(
  options: {
    readonly speed?: number;
    readonly graceMs?: number;
    readonly maxPlayers?: number;
    /** Whoever joins is bid welcome by an event of its own. */
    readonly greets?: boolean;
  } = {},
): GameDefinition {
  const place = () =>
    room({
      entities: { Walker },
      inputs: { Move, Shout, Fault, Door },
      events: { Heard },
      documents: { shared: Board },
      tickRate: 20,
      maxPlayers: options.maxPlayers ?? 200,
      graceMs: options.graceMs ?? 30_000,
      predict: {
        entity: Walker,
        input: Move,
        step: (walker, move, dt) => {
          walker.x += move.dx * (options.speed ?? 6) * dt;
          walker.y += move.dy * (options.speed ?? 6) * dt;
        },
      },
      join: (room, player) => {
        room.spawn(Walker, { owner: player, x: 100, y: 100, name: player.name });
        if (options.greets !== true) return;
        room.emit(Heard, { text: `welcome ${player.name}`, from: 0 }, { seat: player });
      },
      on: {
        shout: (room, player, { text }) => {
          const from = player.entity?.id ?? 0;
          room.emit(Heard, { text, from }, "all");
          room.document.update((board) => {
            board.shouts++;
          });
        },
        fault: () => {
          throw new Error("the handler fails on purpose");
        },
        door: (room, player, { to }) => room.transfer(player, to),
      },
    });
  return defineGame({ name: "arena", rooms: { arena: place(), cave: place() } });
}
