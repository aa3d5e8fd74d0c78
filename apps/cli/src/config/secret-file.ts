import { readFileSync, statSync } from "node:fs";

const bytesMax = 65_536;

/** A secret that a file holds. */
export interface SecretFile {
  readonly text: string;
  /** Others on this machine may read it, or change it. */
  readonly isOpen: boolean;
}

/** A secret's file that can not be used; the message says why. */
export class SecretFileError extends Error {}

/** Reads a secret from its file, without the line's end that editors add. Throws SecretFileError. */
export function readSecretFile(path: string): SecretFile {
  let text: string;
  try {
    const about = statSync(path);
    if (!about.isFile()) throw new SecretFileError(`${path} is no file`);
    if (about.size > bytesMax)
      throw new SecretFileError(`${path} is larger than ${bytesMax} bytes`);
    text = readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    if (error instanceof SecretFileError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new SecretFileError(`${path} can not be read (${code ?? "unknown"})`, { cause: error });
  }
  if (text === "") throw new SecretFileError(`${path} is empty`);
  return { text, isOpen: isOpenToOthers(path) };
}

/** Whether other users may read or change a file. What container runtimes mount as secrets is theirs to guard. */
export function isOpenToOthers(path: string): boolean {
  if (process.platform === "win32" || path.startsWith("/run/secrets/")) return false;
  return (statSync(path).mode & 0o026) !== 0;
}
