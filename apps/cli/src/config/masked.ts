import { looksLikeAddress } from "./dsn.ts";
import type { Setting } from "./settings.ts";

const mask = "***";

/** A setting's value as it may be shown: secrets are not, of addresses only the password. */
export function masked(setting: Setting, value: unknown): unknown {
  if (value === undefined || value === "") return value;
  if (setting.path === "auth.issuers") return withoutSecrets(value);
  if (setting.secret !== true) return value;
  return typeof value === "string" && setting.key === "url" ? maskedUrl(value) : mask;
}

function withoutSecrets(issuers: unknown): unknown {
  return (issuers as readonly object[]).map((issuer) =>
    "secret" in issuer ? { ...issuer, secret: mask } : issuer,
  );
}

/** Keeps who, where and what; not the password, nor what a query says. */
function maskedUrl(text: string): string {
  if (text.startsWith("sqlite:"))
    return looksLikeAddress(text.slice("sqlite:".length)) ? `sqlite:${mask}` : text;
  const [, scheme, login = "", rest = "", query = ""] =
    /^([a-z][a-z0-9+.-]*:\/\/)(?:(.*)@)?([^@?]*)(\?.*)?$/is.exec(text) ?? [];
  if (scheme === undefined) return mask;
  const user = login.includes(":") ? `${login.slice(0, login.indexOf(":"))}:${mask}` : login;
  return `${scheme}${login === "" ? "" : `${user}@`}${rest}${query === "" ? "" : `?${mask}`}`;
}
