type AuthorityMode = "full" | "validated" | "observer";

export type ServedAuthorityMode = Extract<AuthorityMode, "full">;
