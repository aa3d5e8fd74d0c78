/** Gives the token to authenticate with. */
export interface Credentials {
  /** What `token` gives serves one connection, said in the handshake; no session is resumed by it. */
  readonly isTicket: boolean;
  /** Another token may be had once one was refused. */
  readonly canRenew: boolean;
  /** Rejects with the catalogue's errors, or with whatever the application's own source throws. */
  token(): Promise<string>;
  /** This token was refused. */
  forget(token: string): void;
  /** The server has let its owner in. */
  accepted(): void;
}

const inert = {
  isTicket: false,
  forget: () => undefined,
  accepted: () => undefined,
} as const;

/** A token that the application has. */
export function given(token: string): Credentials {
  return { ...inert, canRenew: false, token: () => Promise.resolve(token) };
}

/** Tokens that the application gets, a new one each time. */
export function provided(provide: () => string | Promise<string>): Credentials {
  return { ...inert, canRenew: true, token: async () => await provide() };
}

/** Tickets that the application gets, a new one for each connection. */
export function ticketed(provide: () => string | Promise<string>): Credentials {
  return { ...provided(provide), isTicket: true };
}
