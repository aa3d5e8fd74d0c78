/*
 * Texts that only some may read say for whom they are: "own:3" for client 3 alone, "hid:" for nobody. In readable
 * encodings they would stand in a message as they are, wherever it came from; binary ones are compared field by field.
 */
const marks = /own:(\d+)|hid:/g;

/** A text for one client; for nobody where there is none. */
export const ownMark = (client: number | undefined, text: number): string =>
  `own:${client ?? 9999}:${text}`;
export const hiddenMark = "hid:";

/** Throws when bytes to a client hold what is not for it. */
export function mustHoldNoSecret(bytes: Uint8Array, client: number): void {
  for (const [mark, owner] of Buffer.from(bytes).toString("latin1").matchAll(marks)) {
    if (owner !== String(client)) throw new Error(`a message holds the secret ${mark}`);
  }
}
