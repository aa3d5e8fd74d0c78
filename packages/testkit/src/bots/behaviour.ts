import type { ClientRoom } from "@realmwright/client";
import type { GameDefinition, Random, RoomDefinition } from "@realmwright/core";

/** What a bot's turn goes by. */
export interface BotTurn<M> {
  /** 0 for the first bot of a run. */
  readonly index: number;
  /** The same for a bot of the same index in every run. */
  readonly random: Random;
  /** Milliseconds since the run began. */
  readonly nowMs: number;
  /** What `remember` has made; the bot's own. */
  readonly memory: M;
}

/**
 * How the bots of a game behave; the default export of its `bots.ts`, made by `bots()`. A bot is a real client: it sees and
 * may do what any player does.
 */
export interface BotBehaviour<R extends RoomDefinition = RoomDefinition, M = unknown> {
  /** Default "Bot 1", "Bot 2", … */
  name?(index: number): string;
  /** Which kind of room it joins. Default: the game's entry room. */
  room?(index: number): string;
  /** What its join carries. */
  options?(index: number): Readonly<Record<string, unknown>>;
  /** Made anew whenever the bot enters a room. */
  remember?(index: number): M;
  /** Its turn, ten times a second while it is in a room. */
  act(room: ClientRoom<R>, turn: BotTurn<M>): void;
}

/** Gives a behaviour the types of its game: `export default bots<typeof game>()({ … })`. */
export function bots<G extends GameDefinition>(): <M = undefined>(
  behaviour: BotBehaviour<G["rooms"][keyof G["rooms"]], M>,
) => BotBehaviour {
  return (behaviour) => behaviour;
}
