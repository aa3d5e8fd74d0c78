import { join } from "node:path";
import type { ErrorCode } from "@realmwright/protocol";
import type { Log } from "@realmwright/server";
import { scriptsName } from "../game/script-watch.ts";
import { fromRun, placed, SourceError } from "../game/source-error.ts";
import type { DevHub } from "./dev-hub.ts";

const internal: ErrorCode = "INTERNAL";
/** Different faults of scripts that are shown until the next save. */
const scriptFaultsMax = 100;

type Fields = Readonly<Record<string, unknown>>;

/** What was found since the last save. */
interface Found {
  /** The game has failed. */
  since: boolean;
  /** What scripts did wrong, as it was shown, until scripts are saved. */
  readonly scripts: Map<string, SourceError>;
}

/** A log that shows errors of the running game to its pages too, with the place in the source. */
export class GameFaults implements Log {
  readonly #log: Log;
  readonly #root: string;
  readonly #hub: DevHub;
  readonly #found: Found;

  constructor(
    log: Log,
    root: string,
    hub: DevHub,
    found: Found = { since: false, scripts: new Map() },
  ) {
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

  /** Scripts are about to be loaded: what is found from then on is of those that were saved. */
  forgetScripts(): void {
    this.#found.scripts.clear();
  }

  /** Shows what scripts have done wrong once more: pages were told that the newest source runs. */
  showScripts(): void {
    for (const error of this.#found.scripts.values()) this.#showScript(error);
  }

  debug(message: string, data?: Fields): void {
    this.#log.debug(message, data);
  }

  info(message: string, data?: Fields): void {
    this.#log.info(message, data);
  }

  warn(message: string, data?: Fields): void {
    this.#log.warn(message, data);
    this.#tellOfScript(data?.["script"], data?.["problem"]);
  }

  error(message: string, data?: Fields): void {
    this.#log.error(message, data);
    this.#tellOfScript(data?.["script"], data?.["fault"]);
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

  /** A script failed in a room or a call, or has what nothing calls. What fails with each tick is shown once. */
  #tellOfScript(script: unknown, problem: unknown): void {
    if (typeof script !== "string" || typeof problem !== "string") return;
    const { scripts } = this.#found;
    const fault = `${script} ${problem}`;
    if (scripts.has(fault) || scripts.size >= scriptFaultsMax) return;
    const path = join(this.#root, scriptsName, `${script}.lua`);
    // engines name the script in their own ways
    const [, line, text = problem] = /(?:^|\s)[^\s:]+:(\d+): (.*)$/su.exec(problem) ?? [];
    const error =
      line === undefined
        ? new SourceError(problem, { file: `${scriptsName}/${script}.lua` })
        : placed(text, this.#root, path, Number(line));
    scripts.set(fault, error);
    this.#showScript(error);
  }

  #showScript(error: SourceError): void {
    this.#hub.tell({ type: "fault", error, isOfRun: false, isOfScript: true });
  }

  with(fields: Fields): Log {
    return new GameFaults(this.#log.with(fields), this.#root, this.#hub, this.#found);
  }
}
