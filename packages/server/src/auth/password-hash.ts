import { argon2, timingSafeEqual } from "node:crypto";
import { RealmError } from "@realmwright/protocol";

/** What one hash by argon2id costs. */
export interface HashCost {
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

/** 19 MiB, two passes, one lane: about 25 ms of one core. */
export const usualCost: HashCost = { memoryKib: 19_456, passes: 2, lanes: 1 };
/** A stored hash that asks for more is not one of ours. */
const mostCost: HashCost = { memoryKib: 1_048_576, passes: 16, lanes: 16 };

export const saltBytes = 16;
const hashBytes = 32;

const encoded =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/u;

interface StoredHash {
  readonly cost: HashCost;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** The password's hash as PHC text, 97 characters with the usual cost. */
export async function hashPassword(
  password: string,
  salt: Uint8Array,
  cost: HashCost = usualCost,
): Promise<string> {
  const hash = await derive(password, salt, cost);
  const { memoryKib, passes, lanes } = cost;
  const parameters = `m=${memoryKib},t=${passes},p=${lanes}`;
  return `$argon2id$v=19$${parameters}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** Whether it is the password of this hash, compared in constant time. Rejects with `INTERNAL` for what is no hash of ours. */
export async function isPasswordOf(password: string, stored: string): Promise<boolean> {
  const { cost, salt, hash } = readHash(stored);
  return timingSafeEqual(await derive(password, salt, cost), hash);
}

/** Whether the hash was made at another cost. */
export function isOutdated(stored: string, cost: HashCost = usualCost): boolean {
  const { memoryKib, passes, lanes } = readHash(stored).cost;
  return memoryKib !== cost.memoryKib || passes !== cost.passes || lanes !== cost.lanes;
}

function readHash(stored: string): StoredHash {
  const [, memory, passes, lanes, salt, hash] = encoded.exec(stored) ?? [];
  const cost = { memoryKib: Number(memory), passes: Number(passes), lanes: Number(lanes) };
  const isGood =
    cost.lanes >= 1 &&
    cost.lanes <= mostCost.lanes &&
    cost.passes >= 1 &&
    cost.passes <= mostCost.passes &&
    cost.memoryKib >= 8 * cost.lanes &&
    cost.memoryKib <= mostCost.memoryKib;
  if (!isGood || salt === undefined || hash === undefined) {
    throw new RealmError("INTERNAL", { detail: "a stored password hash can not be read" });
  }
  return { cost, salt: Buffer.from(salt, "base64"), hash: Buffer.from(hash, "base64") };
}

function derive(password: string, salt: Uint8Array, cost: HashCost): Promise<Buffer> {
  const parameters = {
    message: password.normalize("NFKC"),
    nonce: salt,
    memory: cost.memoryKib,
    passes: cost.passes,
    parallelism: cost.lanes,
    tagLength: hashBytes,
  };
  return new Promise((resolve, reject) => {
    argon2("argon2id", parameters, (error, hash) => {
      if (error === null) resolve(hash);
      else reject(error);
    });
  });
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replaceAll("=", "");
}
