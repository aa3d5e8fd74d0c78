import type { Random } from "@realmwright/core";
import {
  RealmError,
  subprotocols,
  type ErrorCode,
  type Subprotocol,
  type WebSocketMessage,
} from "@realmwright/protocol";
import { codecs, messageSpecs, resolveMessage, type Sender } from "@realmwright/protocol/internal";
import { Packr } from "msgpackr";
import { rooms } from "../support/game.ts";
import { reasonOf, refusal } from "../support/reason.ts";
import { agrees, countPlain, isPolluted, same } from "../support/same.ts";
import { Finding, type Outcome, type Target } from "../support/target.ts";
import type { PlainMessage } from "../support/values.ts";
import { checkFastReader } from "./fast-reader.ts";
import { encoded, sampleOf, type Recorded } from "./message-samples.ts";

/** P-ENC3: what a decoder may throw, and what reading a game's own values may. */
const undecodable: readonly ErrorCode[] = [
  "MESSAGE_MALFORMED",
  "MESSAGE_UNKNOWN",
  "MESSAGE_TOO_LARGE",
];
const unresolvable: readonly ErrorCode[] = [
  "INPUT_UNKNOWN",
  "INPUT_INVALID",
  "DECODE_INVALID",
  "DECODE_TRUNCATED",
];

const text = new TextDecoder();
const packr = new Packr({ useRecords: false, mapsAsObjects: true, int64AsType: "number" });

/** The decoder of one encoding, for what clients and servers send, and what reads a game's values behind it. */
class MessageTarget implements Target {
  readonly name: Subprotocol;
  readonly share = 1;
  readonly headersMin = 0.2;
  readonly #recorded: Recorded;

  constructor(name: Subprotocol, recorded: Recorded) {
    this.name = name;
    this.#recorded = recorded;
  }

  one(random: Random): Outcome {
    const { data, sender, message } = sampleOf(this.name, this.#recorded, random);
    // bytes where text is due are read as text; text where bytes are due is none of the encoding's
    const isText = message === undefined && random.chance(this.name === "realm.json" ? 0.3 : 0.002);
    const { reason, headers } = this.#feed(data, sender, isText, random.chance(0.5));
    if (isPolluted()) throw new Finding("a prototype was changed", data);
    if (message !== undefined && reason !== undefined) {
      throw new Finding(`a valid ${message.type} was refused: ${reason}`, data);
    }
    return { bytes: data.length, headers, reason };
  }

  /** The first byte says who sends: 0 a client, 1 a server. */
  replay(input: Uint8Array): string | undefined {
    const data = input.subarray(1);
    return this.#feed(data, input[0] === 0 ? "client" : "server", false, true).reason;
  }

  #feed(
    data: Uint8Array,
    sender: Sender,
    isText: boolean,
    isThorough: boolean,
  ): { reason: string | undefined; headers: number } {
    const codec = codecs[this.name];
    if (isThorough && this.name === "realm.binary" && sender === "client") checkFastReader(data);
    let messages: readonly WebSocketMessage[];
    try {
      messages = codec.decode(isText ? text.decode(data) : data, sender);
    } catch (error) {
      const reason = refusal(error, undecodable, data);
      const known = error as RealmError;
      if (isThorough && sender === "client") checkAnswer(known, data);
      return { reason, headers: this.#passedHeader(known, data, sender) ? 1 : 0 };
    }
    if (isThorough) this.#checkPlain(messages, data);
    for (const message of messages) {
      const reason = resolveAndCheck(message, sender, isThorough, data);
      if (reason !== undefined) return { reason, headers: 1 };
    }
    return { reason: undefined, headers: messages.length > 0 ? 1 : 0 };
  }

  #passedHeader(error: RealmError, data: Uint8Array, sender: Sender): boolean {
    if (this.name === "realm.binary") return startsKnown(data, sender);
    return error.code === "MESSAGE_MALFORMED" && error.type !== undefined;
  }

  /** What came out is plain, not much larger than what went in, and what another library reads. */
  #checkPlain(messages: readonly WebSocketMessage[], data: Uint8Array): void {
    const count = countPlain(messages);
    if (count === undefined) throw new Finding("a value that is not plain", data);
    // an empty binary message still has all its columns, at most 16 of them
    if (count > 16 * (data.length + 1)) {
      throw new Finding(`${count} values came out of ${data.length} bytes`, data);
    }
    if (this.name !== "realm.msgpack" || messages.length === 0) return;
    if (!agrees(messages[0], packr.unpack(data))) {
      throw new Finding("another library reads it differently", data);
    }
  }
}

/** Every encoding's decoder. */
export function messageTargets(recorded: Readonly<Record<Subprotocol, Recorded>>): Target[] {
  return subprotocols.map((name) => new MessageTarget(name, recorded[name]));
}

const numbersOf = (sender: Sender): ReadonlySet<number> =>
  new Set(messageSpecs.filter(({ from }) => from.includes(sender)).map(({ number }) => number));
const known: Readonly<Record<Sender, ReadonlySet<number>>> = {
  client: numbersOf("client"),
  server: numbersOf("server"),
};

/** Whether binary data begins with a known message that is all there. */
function startsKnown(data: Uint8Array, sender: Sender): boolean {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; at < data.length && scale < 2 ** 35; scale *= 128) {
      const group = data[at++]!;
      value += (group & 0x7f) * scale;
      if (group < 0x80) return value;
    }
    return Number.NaN;
  };
  const tag = varint();
  return (tag & 7) === 2 && known[sender].has(tag >>> 3) && varint() <= data.length - at;
}

/** Reads a game's values in a message. One that can be read must mean the same in every encoding. */
function resolveAndCheck(
  message: WebSocketMessage,
  sender: Sender,
  isThorough: boolean,
  data: Uint8Array,
): string | undefined {
  let resolved: WebSocketMessage | undefined;
  try {
    resolved = resolveMessage(message, rooms);
  } catch (error) {
    const reason = refusal(error, unresolvable, data);
    if (isThorough && sender === "client") checkAnswer(error as RealmError, data);
    return reason;
  }
  if (resolved === undefined || !isThorough || message.type === "snapshot") return undefined;
  for (const encoding of subprotocols) {
    const again = throughEncoding(resolved, encoding, sender, data);
    if (!same(withoutEmptyList(resolved), again) && !same(resolved, again)) {
      throw new Finding(`a ${message.type} means something else in ${encoding}`, data);
    }
  }
  return undefined;
}

/** In Protobuf a list of no records is not there. */
function withoutEmptyList(message: WebSocketMessage): WebSocketMessage {
  if (message.type !== "error" || message.payload.problems?.length !== 0) return message;
  const { problems: _, ...payload } = message.payload;
  return { ...message, payload };
}

function throughEncoding(
  message: WebSocketMessage,
  encoding: Subprotocol,
  sender: Sender,
  data: Uint8Array,
): WebSocketMessage | undefined {
  try {
    const [again] = codecs[encoding].decode(encoded(message, encoding), sender);
    return again === undefined ? undefined : resolveMessage<WebSocketMessage>(again, rooms);
  } catch (error) {
    // a text full of what JSON escapes takes up to six times the bytes there
    if (error instanceof RealmError && error.code === "MESSAGE_TOO_LARGE") return message;
    const why = error instanceof RealmError ? reasonOf(error) : String(error);
    throw new Finding(
      `a ${message.type} that was read can not go through ${encoding}: ${why}`,
      data,
      error,
    );
  }
}

/** A server answers what it refuses: every client must be able to read that answer. */
function checkAnswer(error: RealmError, data: Uint8Array): void {
  const id = error.id === undefined ? {} : { id: error.id };
  const answer: PlainMessage = { type: "error", ...id, payload: error.toPayload() };
  for (const encoding of subprotocols) {
    const again = throughEncoding(answer as unknown as WebSocketMessage, encoding, "server", data);
    if (!same(answer, again)) throw new Finding(`the answer is lost in ${encoding}`, data, error);
  }
}
