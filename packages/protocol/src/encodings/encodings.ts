import { subprotocols, type Subprotocol } from "../protocol-version.ts";
import { binaryCodec } from "./binary.ts";
import type { MessageCodec } from "./codec.ts";
import { jsonCodec } from "./json.ts";
import { msgpackCodec } from "./msgpack.ts";

/** The three encodings by subprotocol. */
export const codecs: Readonly<Record<Subprotocol, MessageCodec>> = {
  "realm.binary": binaryCodec,
  "realm.msgpack": msgpackCodec,
  "realm.json": jsonCodec,
};

/** The first offered subprotocol that is known; undefined for none, which means JSON. */
export function chooseSubprotocol(offered: Iterable<string>): Subprotocol | undefined {
  for (const name of offered) {
    const known = subprotocols.find((of) => of === name);
    if (known !== undefined) return known;
  }
  return undefined;
}

/** The codec of a connection's subprotocol; JSON where there is none. */
export function codecOf(subprotocol: string | undefined): MessageCodec {
  return codecs[chooseSubprotocol(subprotocol === undefined ? [] : [subprotocol]) ?? "realm.json"];
}
