import type { NetworkConditions, SimulatedNetwork, SimulatedRealm } from "@realmwright/testkit";
import type { Stay } from "../model/stay.ts";
import type { ClientScript } from "../script/script.ts";
import type { Director } from "./director.ts";
import type { Figures } from "./figures.ts";

/** One client of a run, of whichever make. */
export interface Actor {
  readonly script: ClientScript;
  /** Of its own way to the server. */
  readonly conditions: NetworkConditions;
  readonly isConnected: boolean;
  /** What the oracle thinks of it, for each room that it is in. */
  readonly stays: readonly Stay[];
  enter(room: string, spectate: boolean): void;
  exit(room: string): void;
  /** The connection breaks, and is replaced after so many ticks. */
  break(ticks: number, resumes: boolean): void;
  /** Its connection brings nothing and takes nothing for so many ticks. */
  stalls(ticks: number): void;
  /** Walks on by so much per tick. */
  walk(dx: number): void;
  /** Pokes at something in sight. */
  poke(pick: number, refuse: boolean): void;
  /** Once per tick. */
  tick(): void;
}

export interface ActorOptions {
  readonly script: ClientScript;
  readonly director: Director;
  readonly realm: SimulatedRealm;
  readonly network: SimulatedNetwork;
  readonly figures: Figures;
  /** Takes the oracle's complaints about this client, and whatever else goes wrong. */
  readonly fail: (error: unknown) => void;
}
