import type { KeySpace } from "./key-space.ts";
import type { Reply } from "./reply.ts";

/** One message of `PUBLISH`. */
export interface Message {
  readonly channel: string;
  readonly message: string;
}

/** What a command works on. */
export interface CommandContext {
  readonly keys: KeySpace;
  /** What this call has published. */
  readonly published: Message[];
}

export interface Command {
  /** Words with the command's name: exactly so many, or at least when negative. */
  readonly words: number;
  /** It may need memory: refused where there is none left. */
  readonly grows: boolean;
  /** `args[0]` is the command's name as it was written. */
  readonly run: (context: CommandContext, args: readonly string[]) => Reply;
}

export type CommandTable = Readonly<Record<string, Command>>;

export function plain(words: number, run: Command["run"]): Command {
  return { words, grows: false, run };
}

export function growing(words: number, run: Command["run"]): Command {
  return { words, grows: true, run };
}
