/** Who is told who is here. None of it may throw. */
export interface Attendance {
  /** A connection of the account has come; it may have several. */
  online(account: string): void;
  offline(account: string): void;
  /** The account has taken a player's seat of a room. */
  entered(room: string, account: string): void;
  left(room: string, account: string): void;
  ended(room: string): void;
}
