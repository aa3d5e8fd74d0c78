import { randomBytes } from "node:crypto";
import { constants, copyFile, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
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
  return (await publish(file, secrets)) ? secrets : ((await readKnown(file)) ?? secrets);
}

/** Puts the whole file in its place at once. False: another process was first, and its secrets count. */
async function publish(file: string, secrets: Secrets): Promise<boolean> {
  const draft = `${file}.${process.pid}-${randomBytes(4).toString("hex")}`;
  try {
    await writeFile(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    // where there are no hard links, the file may be seen half written for a moment
    await link(draft, file).catch((error: unknown) => {
      if (codeOf(error) === "EEXIST") throw error;
      return copyFile(draft, file, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function readKnown(file: string): Promise<Secrets | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
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

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
