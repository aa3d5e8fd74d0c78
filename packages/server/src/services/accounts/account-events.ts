/** Logins have ended: sockets that they opened are to be closed with `error`, within 2 s. */
export interface LoginsEnded {
  readonly account: string;
  /** Only this login; without it all of the account. */
  readonly session?: string;
  /** This login goes on. */
  readonly except?: string;
  readonly error: "SESSION_ENDED" | "ACCOUNT_BANNED";
}

/** Where accounts tell the rest of the server, on every node, what happened; after it is stored. Must not throw. */
export interface AccountEvents {
  publish(event: LoginsEnded): void;
}
