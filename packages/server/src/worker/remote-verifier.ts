import { RealmError, type ErrorCode } from "@realmwright/protocol";
import { checkTokenForm, type TicketTaker, type TokenVerifier } from "../auth/token-verifier.ts";
import type { SessionIdentity } from "../session/session-state.ts";

/** What an edge thread wants to know of the main thread, which alone has the store. */
export type Credential =
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "ticket"; readonly ticket: string; readonly origin: string | undefined };

/** What it is told. Errors cross threads by their code. */
export type Verdict =
  | { readonly identity: SessionIdentity }
  | { readonly code: ErrorCode; readonly detail: string; readonly retryAfterMs?: number };

/** Asks another thread whose tokens and tickets are. */
export class RemoteVerifier implements TokenVerifier, TicketTaker {
  readonly #ask: (request: number, credential: Credential) => void;
  readonly #open = new Map<number, PromiseWithResolvers<SessionIdentity>>();
  #requests = 0;

  constructor(ask: (request: number, credential: Credential) => void) {
    this.#ask = ask;
  }

  async verify(token: string): Promise<SessionIdentity> {
    checkTokenForm(token);
    return await this.#answer({ kind: "token", token });
  }

  take(ticket: string, origin: string | undefined): Promise<SessionIdentity> {
    return this.#answer({ kind: "ticket", ticket: ticket.slice(0, 64), origin });
  }

  /** The other thread's answer. */
  answered(request: number, verdict: Verdict): void {
    const waiting = this.#open.get(request);
    this.#open.delete(request);
    if ("identity" in verdict) waiting?.resolve(verdict.identity);
    else waiting?.reject(new RealmError(verdict.code, verdict));
  }

  #answer(credential: Credential): Promise<SessionIdentity> {
    const waiting = Promise.withResolvers<SessionIdentity>();
    const request = ++this.#requests;
    this.#open.set(request, waiting);
    this.#ask(request, credential);
    return waiting.promise;
  }
}

/** What to answer it; `failed` hears of what is no answer but a fault. Never rejects. */
export async function verdictOf(
  { verifier, tickets }: { readonly verifier: TokenVerifier; readonly tickets: TicketTaker },
  credential: Credential,
  failed: (error: unknown) => void,
): Promise<Verdict> {
  try {
    const { account, name, role, isGuest, session, mark, endings } =
      credential.kind === "token"
        ? await verifier.verify(credential.token)
        : await tickets.take(credential.ticket, credential.origin);
    return {
      identity: {
        account,
        name,
        role,
        ...(isGuest === undefined ? {} : { isGuest }),
        ...(session === undefined ? {} : { session }),
        ...(mark === undefined ? {} : { mark }),
        ...(endings === undefined ? {} : { endings }),
      },
    };
  } catch (error) {
    if (!(error instanceof RealmError)) failed(error);
    const { code, message, retryAfterMs } =
      error instanceof RealmError ? error : new RealmError("INTERNAL");
    return { code, detail: message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
}
