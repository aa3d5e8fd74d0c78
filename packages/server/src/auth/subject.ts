/** What an account may do besides what it owns. `service` is a program of the operator's, for example an engine that runs rooms. */
export const roles = ["player", "moderator", "admin", "service"] as const;

export type Role = (typeof roles)[number];

/** Who asks: an account, by one of its login sessions. */
export interface Subject {
  /** The account's id. */
  readonly account: string;
  /** The name that others see. */
  readonly name: string;
  readonly role: Role;
  readonly isGuest: boolean;
  /** Id of the login session: what a logout ends. */
  readonly session: string;
}

/** Of what a token or ticket was made, to be compared with what is stored now. */
export interface LoginMark {
  readonly session: string;
  /** The account's version at that time; undefined for a foreign token. */
  readonly version: number | undefined;
  readonly issuedMs: number;
}

export function isRole(value: unknown): value is Role {
  return roles.some((role) => role === value);
}
