import type { Random } from "@realmwright/core";
import { Replica } from "@realmwright/core/internal";
import { errors, isErrorCode, leaveCodes, type ServerMessage } from "@realmwright/protocol";
import { BitReader, ByteWriter, codecs, resolveMessage } from "@realmwright/protocol/internal";
import type { Encoding, MemoryClient } from "@realmwright/server/internal";
import { randomBytes } from "../support/byte-mutation.ts";
import { rooms, wireRoom } from "../support/game.ts";
import type { Stage } from "../support/stage.ts";
import type { PlainMessage } from "../support/values.ts";
import { anyMessage, refusals, unknownType } from "./wild-messages.ts";

/** What a client may be told of a door that stayed shut. */
const noticeCodes = [
  "ALREADY_A_MEMBER",
  "BANNED",
  // whoever was on the way left meanwhile
  "LEFT",
  "MEMBERSHIPS_FULL",
  "ROOM_FULL",
  "ROOM_UNKNOWN",
];

/** What may become of an input: refused by its schema, by the server or by the rules of the meadow. */
const confirmCodes = [
  "INBOX_FULL",
  "INPUT_INVALID",
  "INPUT_STALE",
  "INPUT_UNKNOWN",
  "NOBODY_THERE",
  "SPECTATOR_READ_ONLY",
  "TARGET_UNKNOWN",
];

/** A client that says what it likes when it likes, and insists on being answered properly. */
export class WildClient {
  readonly encoding: Encoding;
  /** Every code that it was told. */
  readonly codes: string[] = [];
  /** The session's secret, once it is open. */
  secret: string | undefined;
  /** What was wrong with an answer; undefined while nothing was. */
  problem: string | undefined;
  readonly #client: MemoryClient;
  readonly #replicas = new Map<number, Replica>();
  #newestError: string | undefined;
  #seq = 0;
  #sent = 0;

  constructor(stage: Stage, encoding: Encoding) {
    this.encoding = encoding;
    this.#client = stage.connect(encoding);
  }

  get sent(): number {
    return this.#sent;
  }

  get isOpen(): boolean {
    return this.#client.isOpen;
  }

  /** Memberships that it was told of and not told the end of. */
  get memberships(): readonly number[] {
    return [...this.#replicas.keys()];
  }

  say(message: PlainMessage): void {
    this.#sent++;
    const codec = codecs[`realm.${this.encoding}`];
    const out = new ByteWriter();
    codec.encode(message as never, out, rooms);
    const bytes = out.toBytes();
    this.#client.send(codec.isText ? new TextDecoder().decode(bytes) : bytes);
  }

  /** One thing of all that a client could do. */
  act(random: Random, others: readonly WildClient[]): void {
    if (!this.isOpen) return;
    switch (random.integer(0, 30)) {
      case 0:
        this.#client.close(random.pick([1000, 1001, 3000, 4999]));
        return;
      case 1:
        this.#client.cut();
        return;
      case 2:
        this.#client.stall(random.chance(0.5));
        return;
      case 3:
        this.#sent++;
        this.#client.send(random.chance(0.5) ? randomBytes(random, 40) : "{}");
        return;
      case 4:
        this.#client.ping(randomBytes(random, 125));
        return;
      case 5:
        this.#client.pong(randomBytes(random, 125));
        return;
      default: {
        const secrets = [this, ...others].flatMap(({ secret }) => secret ?? []);
        const { memberships } = this;
        this.say(anyMessage(random, { memberships, secrets, seq: ++this.#seq }));
      }
    }
  }

  leave(): void {
    this.#client.stall(false);
    if (this.isOpen) this.#client.close(1000);
  }

  /** Reads what has come. */
  read(): void {
    for (const bytes of this.#client.received.splice(0)) {
      try {
        for (const message of codecs[`realm.${this.encoding}`].decode(bytes, "server")) {
          this.#take(message);
        }
      } catch (error) {
        this.problem ??= `what came can not be read: ${error instanceof Error ? error.stack : ""}`;
      }
    }
    this.#checkEnd();
  }

  #take(message: ServerMessage): void {
    const resolved = resolveMessage(message, (key) =>
      key === "cave" || key === "cell" ? wireRoom : rooms(key),
    );
    if (resolved === undefined) throw new Error(`${message.type} of an unknown room`);
    switch (resolved.type) {
      case "welcome":
        this.secret = resolved.payload.resume;
        return;
      case "joined":
        this.#replicas.set(resolved.payload.m, new Replica(wireRoom, resolved.payload));
        return;
      case "left":
        this.#replicas.delete(resolved.payload.m);
        this.#heardCode("left", resolved.payload.code, [
          ...leaveCodes,
          "ROOM_CLOSED",
          "SESSION_SUPERSEDED",
        ]);
        return;
      case "snapshot": {
        const replica = this.#replicas.get(resolved.payload.m);
        if (replica === undefined) throw new Error("a snapshot of no membership");
        if ("bits" in resolved.payload) replica.applyBinary(new BitReader(resolved.payload.bits));
        else replica.applyReadable(resolved.payload);
        return;
      }
      case "error": {
        const { code, type } = resolved.payload;
        this.#newestError = code;
        this.#heardCode(`an error about ${type}`, code, refusals[type ?? ""] ?? unknownType);
        return;
      }
      case "confirm":
        if (!resolved.payload.ok)
          this.#heardCode("a confirm", resolved.payload.code ?? "", confirmCodes);
        return;
      case "notice":
        this.#heardCode("a notice", resolved.payload.code, noticeCodes);
        return;
      default:
    }
  }

  #heardCode(where: string, code: string, allowed: readonly string[]): void {
    this.codes.push(code);
    if (!allowed.includes(code)) this.problem ??= `${code} has no place in ${where}`;
  }

  /** A connection that the server closed was told why, and closed by that error's code. */
  #checkEnd(): void {
    const { closedWith } = this.#client;
    if (closedWith === undefined || closedWith.code === 1006) return;
    const { code, reason } = closedWith;
    const isOwn = [1000, 1001, 3000, 4999].includes(code) && reason === "";
    if (isOwn) return;
    const told = this.#newestError;
    if (told !== reason || !isErrorCode(reason) || errors[reason].close !== code) {
      this.problem ??= `closed by ${code} ${reason} after ${told ?? "nothing"}`;
    }
  }
}
