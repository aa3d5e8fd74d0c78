import type { Later } from "@realmwright/core";
import { RealmError } from "@realmwright/protocol";
import { RoomRefusal } from "./refusal.ts";

/** Hears how an input was answered: undefined when the rules took it. */
type Listener = (refusal: RoomRefusal | undefined) => void;

/** What `room.later` makes. A class, so that nothing else passes for one. */
export class RoomLater implements Later {
  #answer: { readonly refusal: RoomRefusal | undefined } | undefined;
  #tell: Listener | undefined;

  take(): void {
    this.#say(undefined);
  }

  refuse(code: string, text?: string): void {
    this.#say(new RoomRefusal(code, text));
  }

  /** A handler has returned it, so it answers that input. Throws `GAME_INVALID` for one that answers another one. */
  bind(tell: Listener): void {
    if (this.#tell !== undefined) {
      throw new RealmError("GAME_INVALID", { detail: "room.later() answers one input alone" });
    }
    this.#tell = tell;
    if (this.#answer !== undefined) tell(this.#answer.refusal);
  }

  #say(refusal: RoomRefusal | undefined): void {
    if (this.#answer !== undefined) return;
    this.#answer = { refusal };
    this.#tell?.(refusal);
  }
}
