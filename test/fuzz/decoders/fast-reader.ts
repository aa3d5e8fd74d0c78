import { limits, RealmError } from "@realmwright/protocol";
import { codecs } from "@realmwright/protocol/internal";
import { same } from "../support/same.ts";
import { Finding } from "../support/target.ts";

/** What an input begins with: its number, 3, and that bytes follow. */
const tagOfInput = 0x1a;
/** A field of an input that no table has, number 7. With it the first message, and so all, are read by the tables. */
const unknownField = [0x38, 1] as const;

/**
 * Inputs at the beginning of a client's binary message are read without the tables. What comes out must be what the tables
 * read.
 */
export function checkFastReader(data: Uint8Array): void {
  const length = data[1] ?? 0xff;
  // what is longer is read by the tables as it is
  const isAsked = data[0] === tagOfInput && length + unknownField.length < 128;
  const bytesMost = limits.messageBytes.value - unknownField.length;
  if (!isAsked || data.length > bytesMost) return;
  const slow = Uint8Array.from([
    tagOfInput,
    length + unknownField.length,
    ...unknownField,
    ...data.subarray(2),
  ]);
  if (!same(outcome(data), outcome(slow))) {
    throw new Finding("the fast reader and the tables differ", data);
  }
}

/** The messages, or what is wrong with them but for how long they are. */
function outcome(data: Uint8Array): unknown {
  try {
    return codecs["realm.binary"].decode(data, "client");
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    const { code, type, id, problems } = error;
    return { code, type, id, problems: problems?.map(({ path, expected }) => [path, expected]) };
  }
}
