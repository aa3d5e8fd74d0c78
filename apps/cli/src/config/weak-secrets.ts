/** Secrets that are printed in somebody's documentation, and their likes, in lower case. */
const known: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["secret", "password", "passwort", "changeme", "change-me", "change_me", "admin", "root"],
    ...["postgres", "redis", "test", "default", "example", "devkey", "defaultkey", "devsecret"],
    ...["123456", "12345678", "1234567890", "qwerty", "letmein", "supersecret", "foobared"],
    ...["your-secret-key", "your-256-bit-secret", "jwt-secret", "my-secret", "api-secret"],
    "super-secret-jwt-token-with-at-least-32-characters-long",
    "your-super-secret-jwt-token-with-at-least-32-characters-long",
    "a-string-secret-at-least-256-bits-long",
  ]),
);

/** Fewer characters than that, or fewer different ones, are no random text. */
const charactersLeast = 6;

/** Why a secret is none; undefined when nothing is to be said against it. The text does not hold the secret. */
export function weakness(secret: string): string | undefined {
  const plain = secret.toLowerCase();
  if (known.has(plain)) return "is a secret that everybody knows";
  if (plain.length < charactersLeast) return `is short: it has ${plain.length} characters`;
  if (new Set(plain).size < charactersLeast) return "repeats a few characters";
  if (/^(.{1,12})\1+$/s.test(plain)) return "repeats a few characters";
  return undefined;
}
