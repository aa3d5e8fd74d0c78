import { limits, RealmError } from "@realmwright/protocol";
import type { Clock } from "../../ports/clock.ts";
import type { Hot } from "../../ports/hot.ts";
import type { RandomBytes } from "../../ports/random-bytes.ts";

export interface OpeningSlotsOptions {
  readonly limits: Readonly<Record<"openedPerAccount", number>>;
  readonly hot: Hot;
  readonly clock: Clock;
  readonly random: RandomBytes;
}

const slotBytes = 12;

/** How many rooms of each account wait for somebody, on all nodes together: a slot each, which lapses with its room's wait. */
export class OpeningSlots {
  readonly #options: OpeningSlotsOptions;

  constructor(options: OpeningSlotsOptions) {
    this.#options = options;
  }

  /** Throws `ROOMS_OPENED` where the account has no slot left, and `HOT_UNAVAILABLE`. */
  async take(account: string): Promise<string> {
    const { clock, hot, random } = this.#options;
    const { openedRoomMs } = limits;
    const key = keyOf(account);
    const nowMs = Math.floor(clock.wallMs());
    const lapsedMs = nowMs - openedRoomMs.value;
    const slot = Buffer.from(random(slotBytes)).toString("base64url");
    const most = this.#options.limits.openedPerAccount + 1;
    for (const { member } of await hot.sorted.rangeByScore(key, -Infinity, lapsedMs, most)) {
      await hot.sorted.remove(key, member);
    }
    // taken first and counted then: of several at once too many are refused rather than too few
    await hot.sorted.add(key, [{ member: slot, score: nowMs }]);
    await hot.keys.expire(key, openedRoomMs.value);
    const held = await hot.sorted.rangeByScore(key, lapsedMs + 1, Infinity, most);
    if (held.length < most) return slot;
    await hot.sorted.remove(key, slot);
    const retryAfterMs = Math.max(1, held[0]!.score - lapsedMs);
    throw new RealmError("ROOMS_OPENED", { retryAfterMs });
  }

  async free(account: string, slot: string): Promise<void> {
    await this.#options.hot.sorted.remove(keyOf(account), slot);
  }
}

const keyOf = (account: string): string => `openings:${account}`;
