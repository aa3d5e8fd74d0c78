import { limits } from "@realmwright/protocol";
import { InvalidArgumentError } from "commander";

/** Reads a whole number between two bounds, both included. */
export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}

/** Reads a number above 0, up to a bound that is included. */
export function above0(most: number): (text: string) => number {
  return (text) => {
    const value = decimal(text);
    if (value > 0 && value <= most) return value;
    throw new InvalidArgumentError(`Expected a number above 0, ${most} at most.`);
  };
}

/** Reads a time in seconds: none, or up to a day. */
export function seconds(text: string): number {
  const value = decimal(text);
  if (value <= 86_400) return value;
  throw new InvalidArgumentError("Expected seconds, 0 to 86400.");
}

export function port(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError("A port is a whole number from 0 to 65535.");
}

/** Reads the address of a server. */
export function serverUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError("Expected an address such as http://localhost:8080.");
}

/**
 * Adds a page's origin to those before it, written as browsers write it. Applications have schemes of their own, such as
 * `capacitor://localhost`.
 */
export function origins(text: string, before: readonly string[]): readonly string[] {
  if (!isOrigin(text)) {
    throw new InvalidArgumentError(
      "An origin is a scheme, a host and perhaps a port, such as https://play.example.com; * is all.",
    );
  }
  return [...before, asOrigin(text)];
}

export function isOrigin(text: string): boolean {
  const looksSo = text === "*" || /^[a-z][a-z\d+.-]*:\/\/[^\s/?#@]+\/?$/i.test(text);
  return looksSo && (text === "*" || URL.canParse(text));
}

/** An origin as browsers write it. */
export function asOrigin(text: string): string {
  return /^https?:/i.test(text) && URL.canParse(text)
    ? new URL(text).origin
    : text.replace(/\/$/, "");
}

/** Adds a name under which the server is reached to those before it. */
export function hostNames(text: string, before: readonly string[]): readonly string[] {
  if (isHostName(text)) return [...before, text];
  throw new InvalidArgumentError(
    "A host name has neither scheme nor port: play.example.com, [2001:db8::1]; * is all.",
  );
}

export function isHostName(text: string): boolean {
  return /^(\*|[a-z\d._-]+|\[[\da-f:.]+\])$/i.test(text);
}

/** Reads why somebody is banned. */
export function banReason(text: string): string {
  const { value: most } = limits.banReasonCharacters;
  const isText = text.length > 0 && text.length <= most && !/[\p{Cc}\p{Cs}]/u.test(text);
  if (isText) return text;
  throw new InvalidArgumentError(`Expected 1 to ${most} characters, and no control characters.`);
}

function decimal(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}
