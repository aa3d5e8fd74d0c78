/** Logins have ended: sockets that they opened are to be closed with `error`, within 2 s. */
export interface LoginsEnded {
  readonly account: string;
  /** Only this login; without it all of the account. */
  readonly session?: string;
  /** This login goes on. */
  readonly except?: string;
  readonly error: "SESSION_ENDED" | "ACCOUNT_BANNED";
}

/** Whether a login is among those that ended. `login` is undefined where logins are not kept. */
export function isEnded(
  { account, session, except }: LoginsEnded,
  of: { readonly account: string; readonly login: string | undefined },
): boolean {
  if (account !== of.account) return false;
  if (session !== undefined) return session === of.login;
  return except === undefined || except !== of.login;
}
