import type { ErrorCode } from "@realmwright/protocol";
import type { Log } from "@realmwright/server";
import { fromRun } from "../game/source-error.ts";
import type { DevHub } from "./dev-hub.ts";

const internal: ErrorCode = "INTERNAL";

type Fields = Readonly<Record<string, unknown>>;

/** A log that shows errors of the running game to its pages too, with the place in the source. */
export class GameFaults implements Log {
  readonly #log: Log;
  readonly #root: string;
  readonly #hub: DevHub;
  readonly #found: { since: boolean };

  constructor(log: Log, root: string, hub: DevHub, found = { since: false }) {
    this.#log = log;
    this.#root = root;
    this.#hub = hub;
    this.#found = found;
  }

  /** Whether the game has failed since this was last asked. */
  take(): boolean {
    const { since } = this.#found;
    this.#found.since = false;
    return since;
  }

  debug(message: string, data?: Fields): void {
    this.#log.debug(message, data);
  }

  info(message: string, data?: Fields): void {
    this.#log.info(message, data);
  }

  warn(message: string, data?: Fields): void {
    this.#log.warn(message, data);
  }

  error(message: string, data?: Fields): void {
    this.#log.error(message, data);
    const failure = data?.["error"];
    if (!(failure instanceof Error)) return;
    const error = fromRun(failure, this.#root);
    // What does not point into the game is not the game's.
    if (error.file === undefined) return;
    // What nothing caught, and what ends no room, is told by the code of errors inside.
    const isOfRun = data?.["code"] !== internal;
    this.#found.since ||= isOfRun;
    this.#hub.tell({ type: "fault", error, isOfRun });
  }

  with(fields: Fields): Log {
    return new GameFaults(this.#log.with(fields), this.#root, this.#hub, this.#found);
  }
}
