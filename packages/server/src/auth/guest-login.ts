import type { Clock } from "../ports/clock.ts";
import type { RandomBytes } from "../ports/random-bytes.ts";
import { checkedRules, signToken, type TokenRules } from "./access-token.ts";
import { playerName } from "./player-name.ts";
import { newUuid } from "./refresh-token.ts";

/** What a guest gets. */
export interface GuestTicket {
  readonly token: string;
  /** The guest's account. It lasts as long as its token. */
  readonly account: string;
  readonly name: string;
  readonly expiresInS: number;
}

/** Makes accounts for players who have none. Nothing is stored: the token is the account. */
export class GuestLogin {
  readonly #rules: TokenRules;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #lifetimeS: number;

  /** @param lifetimeS how long a token is good, in seconds; default one day. */
  constructor(
    rules: TokenRules,
    deps: { readonly clock: Clock; readonly random: RandomBytes; readonly lifetimeS?: number },
  ) {
    this.#rules = checkedRules(rules);
    this.#clock = deps.clock;
    this.#random = deps.random;
    this.#lifetimeS = deps.lifetimeS ?? 86_400;
  }

  /** Throws `NAME_INVALID`. Without a name the guest gets one. */
  async login(wanted?: string): Promise<GuestTicket> {
    const name = wanted === undefined ? this.#someName() : playerName(wanted);
    const account = `guest-${Buffer.from(this.#random(15)).toString("base64url")}`;
    const nowS = Math.floor(this.#clock.wallMs() / 1000);
    const claims = {
      account,
      name,
      role: "player",
      isGuest: true,
      session: newUuid(this.#random),
      version: 0,
      issuedAtS: nowS,
      expiresAtS: nowS + this.#lifetimeS,
    } as const;
    const token = await signToken(this.#rules, claims, newUuid(this.#random));
    return { token, account, name, expiresInS: this.#lifetimeS };
  }

  #someName(): string {
    const [high = 0, low = 0] = this.#random(2);
    return `Guest ${1000 + ((high * 256 + low) % 9000)}`;
  }
}
