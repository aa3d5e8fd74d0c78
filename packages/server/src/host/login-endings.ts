import { isEnded, type LoginsEnded } from "../auth/logins-ended.ts";

/** As many as may end while one token is being looked at. */
const KEPT = 1024;

/**
 * The newest endings of logins, numbered from 1. A token that was good when it was looked at may have ended before its
 * session opens: who opens one says how many endings there were when that began.
 */
export class LoginEndings {
  readonly #kept: LoginsEnded[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(event: LoginsEnded): void {
    this.#count++;
    this.#kept.push(event);
    if (this.#kept.length > KEPT) this.#kept.shift();
  }

  /** The error that ended a login after the first `since` endings. More of them than are remembered count as one of it. */
  error(
    of: { readonly account: string; readonly login: string | undefined },
    since: number,
  ): LoginsEnded["error"] | undefined {
    const missed = this.#count - since;
    if (missed > this.#kept.length) return "SESSION_ENDED";
    if (missed <= 0) return undefined;
    return this.#kept.slice(-missed).find((event) => isEnded(event, of))?.error;
  }
}
