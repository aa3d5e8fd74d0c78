/** All settings of a server, by the names that config.yaml has for them. What is undefined was not said. */
export interface Config {
  readonly server: {
    readonly http_port?: number | undefined;
    readonly host: string;
    readonly hosts: readonly string[];
    readonly origins: readonly string[];
    readonly proxy_hops: number;
    readonly edges: number;
  };
  readonly livekit: {
    readonly host?: string | undefined;
    readonly api_key?: string | undefined;
    readonly api_secret?: string | undefined;
  };
  readonly database: {
    /** "sqlite:path", "sqlite::memory:" or "postgres://…"; undefined: SQLite in the game's data folder. */
    readonly url?: string | undefined;
    readonly pool_size: number;
    readonly durability: "full" | "normal";
  };
  readonly redis: {
    /** "redis://…" or "rediss://…"; undefined: hot state in memory. */
    readonly url?: string | undefined;
    readonly prefix: string;
  };
  readonly game: {
    readonly default_tick_rate?: number | undefined;
    readonly authority_mode: "full" | "validated" | "observer";
  };
  readonly auth: {
    /** Signs access tokens, as UTF-8; undefined: a random one that is kept in the game's data folder. */
    readonly secret?: string | undefined;
    readonly issuers: readonly Issuer[];
    readonly guests: boolean;
    readonly guest_idle_days: number;
    readonly query_token: boolean;
  };
  readonly metrics: { readonly token?: string | undefined };
  /** Limits that differ, by their names in snake_case. */
  readonly limits: Readonly<Record<string, number | undefined>>;
  readonly logging: {
    readonly level: "debug" | "info" | "warn" | "error" | "silent";
    readonly format: "auto" | "json" | "pretty";
  };
}

/** Somebody else whose tokens are accepted: with a shared secret (HS256), or by the keys that it publishes (JWKS). */
export type Issuer = IssuerClaims &
  (
    | { readonly kind: "secret"; readonly secret: string }
    | { readonly kind: "jwks"; readonly jwks_url: string }
  );

interface IssuerClaims {
  /** The `iss` of its tokens. */
  readonly issuer: string;
  /** The `aud` that its tokens must have. */
  readonly audience: string;
}
