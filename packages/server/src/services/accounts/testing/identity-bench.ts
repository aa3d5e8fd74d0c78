import { RealmError } from "@realmwright/protocol";
import type { TokenRules } from "../../../auth/access-token.ts";
import { authorize } from "../../../auth/authorize.ts";
import type { Role } from "../../../auth/subject.ts";
import type { Store } from "../../../ports/store.ts";
import { VirtualClock } from "../../../scheduler/virtual-clock.ts";
import { RecordedLog } from "../../../testing/recorded-log.ts";
import type { LoginsEnded } from "../../../auth/logins-ended.ts";
import { createIdentity, type Identity, type IdentityOptions } from "../identity.ts";
import type { PasswordReset } from "../password-changes.ts";

export const rules: TokenRules = {
  secret: new Uint8Array(32).fill(7),
  issuer: "realmwright",
  audience: "arena",
};
export const password = "correct horse battery";

export interface BenchOptions extends Partial<IdentityOptions> {
  /** Whether passwords can be reset. */
  readonly canDeliver?: boolean;
}

export interface Asked {
  readonly token?: string;
  readonly key?: string;
  readonly address?: string;
}

/** What tests read of any answer. */
export interface Answer {
  readonly token: string;
  readonly refreshToken: string;
  readonly session: string;
  readonly account: string;
  readonly name: string;
  readonly username: string | null;
  readonly role: Role;
  readonly isGuest: boolean;
  readonly expiresInS: number;
  readonly ticket: string;
  readonly ban: { readonly reason: string; readonly untilMs: number | null } | null;
}

/** All that has to do with accounts, on a virtual clock; asked as HTTP and rpc ask. */
export class IdentityBench {
  readonly store: Store;
  readonly clock: VirtualClock;
  readonly log: RecordedLog = new RecordedLog();
  readonly events: LoginsEnded[] = [];
  readonly resets: PasswordReset[] = [];
  readonly identity: Identity;

  constructor(
    store: Store,
    { canDeliver = true, ...more }: BenchOptions = {},
    clock: VirtualClock = new VirtualClock(),
  ) {
    this.store = store;
    this.clock = clock;
    const deliverReset = async (reset: PasswordReset): Promise<void> => {
      this.resets.push(reset);
    };
    this.identity = createIdentity({
      store,
      clock: this.clock,
      random: (length) => crypto.getRandomValues(new Uint8Array(length)),
      log: this.log,
      rules,
      events: { publish: (event) => this.events.push(event) },
      hashing: { cost: { memoryKib: 8, passes: 1, lanes: 1 } },
      fetch: () => Promise.reject(new Error("nothing may be asked")),
      ...(canDeliver ? { deliverReset } : {}),
      ...more,
    });
  }

  /** The same after the process has ended and begun again. */
  restarted(more: BenchOptions = {}): IdentityBench {
    return new IdentityBench(this.store, more, this.clock);
  }

  /** What one operation answers. */
  async ask(name: string, input: object = {}, asked: Asked = {}): Promise<Answer> {
    const operation = this.identity.operations.find((of) => of.name === `accounts.${name}`);
    if (operation === undefined) throw new Error(`There is no operation ${name}`);
    const { token, key, address = "192.0.2.1" } = asked;
    const subject = token === undefined ? undefined : await this.identity.verifier.verify(token);
    authorize(subject, operation.action);
    const call = { subject, address, ...(key === undefined ? {} : { idempotencyKey: key }) };
    const output = await operation.run(call, operation.input.parse(input));
    return operation.output.parse(output) as Answer;
  }

  /** The code that it is refused with, or "done". */
  async codeOf(name: string, input: object = {}, asked: Asked = {}): Promise<string> {
    return await codeOf(this.ask(name, input, asked));
  }

  register(username: string): Promise<Answer> {
    return this.ask("register", { username, password });
  }

  login(username: string): Promise<Answer> {
    return this.ask("login", { username, password });
  }

  /** A login of a new account of some role. */
  async staff(role: Role): Promise<Answer> {
    const { account } = await this.register(`the-${role}`);
    await this.store.db.updateTable("accounts").set({ role }).where("id", "=", account).execute();
    return await this.login(`the-${role}`);
  }

  /** The code that a token is refused with, or "done". */
  verdict(token: string): Promise<string> {
    return codeOf(this.identity.verifier.verify(token));
  }

  async count(table: "accounts" | "players" | "login_sessions" | "login_tickets"): Promise<number> {
    const rows = await this.store.db.selectFrom(table).selectAll().execute();
    return rows.length;
  }
}

/** The code that it is refused with, or "done". */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "done";
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    return error.code;
  }
}
