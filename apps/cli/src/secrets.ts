import { randomBytes } from "node:crypto";
import { mkdir, open, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Failure } from "./failure.ts";

/** What a server must keep to itself. */
export interface Secrets {
  /** Signs access tokens; 32 bytes as base64url. */
  readonly tokenSecret: string;
}

/** Reads the game's secrets, or makes them once: random, readable by their owner only. There is no default. */
export async function loadSecrets(data: string): Promise<Secrets> {
  const file = join(data, "secrets.json");
  const known = await readKnown(file);
  if (known !== undefined) return known;
  const secrets: Secrets = { tokenSecret: randomBytes(32).toString("base64url") };
  await mkdir(dirname(file), { recursive: true });
  try {
    const handle = await open(file, "wx", 0o600);
    await handle.writeFile(`${JSON.stringify(secrets, null, 2)}\n`);
    await handle.close();
    return secrets;
  } catch (error) {
    // Another process was first; its secrets count.
    const other = await readKnown(file);
    if (other !== undefined) return other;
    throw error;
  }
}

async function readKnown(file: string): Promise<Secrets | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const remedy = "Mend it, or delete it to have new ones made (players must then log in again).";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Failure(`${file} is not JSON.`, remedy, cause);
  }
  const secret = (value as Partial<Secrets> | null)?.tokenSecret;
  if (typeof secret !== "string" || Buffer.from(secret, "base64url").length < 32) {
    throw new Failure(`${file} holds no tokenSecret of 32 bytes.`, remedy);
  }
  return { tokenSecret: secret };
}
