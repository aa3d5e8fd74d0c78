/** What is private of an account; its public half is the player of the same id, with which it goes. */
export interface AccountsTable {
  id: string;
  /** null: a guest, or one who logs in elsewhere. */
  user_name: string | null;
  /** What is unique of the user name. */
  name_key: string | null;
  display_name: string;
  role: string;
  is_guest: number;
  /** PHC text. */
  password_hash: string | null;
  /** Tokens of an older version have ended. */
  version: number;
  /** Foreign tokens that were issued until then have ended. */
  ended_ms: number;
  /** null: not banned. */
  ban_reason: string | null;
  /** null: for ever. */
  ban_until_ms: number | null;
  created_ms: number;
  /** Of the last login or refresh. */
  seen_ms: number;
}

/** One login on one device. It ends with its row. */
export interface LoginSessionsTable {
  id: string;
  account_id: string;
  /** Of the refresh token that is good now. */
  generation: number;
  secret_hash: string;
  /** Of the request that made this generation; null for the first. */
  request_hash: string | null;
  rotated_ms: number;
  expires_ms: number;
}

/** Accounts of foreign issuers. */
export interface AccountLinksTable {
  issuer: string;
  subject: string;
  account_id: string;
  created_ms: number;
}

export interface LoginTicketsTable {
  ticket_hash: string;
  account_id: string;
  session: string;
  /** When the token was issued by which the ticket was asked for, and the account's version in it; null in a foreign one. */
  issued_ms: number;
  version: number | null;
  /** "" for clients that are no page. */
  origin: string;
  expires_ms: number;
}

export interface PasswordResetsTable {
  account_id: string;
  token_hash: string;
  expires_ms: number;
}

export interface AccountTables {
  accounts: AccountsTable;
  login_sessions: LoginSessionsTable;
  account_links: AccountLinksTable;
  login_tickets: LoginTicketsTable;
  password_resets: PasswordResetsTable;
}
