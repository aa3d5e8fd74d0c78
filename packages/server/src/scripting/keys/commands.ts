import { collectionCommands } from "./collection-commands.ts";
import type { Command, CommandContext } from "./command.ts";
import { hashCommands } from "./hash-commands.ts";
import { keyCommands } from "./key-commands.ts";
import { CommandError, type Reply } from "./reply.ts";
import { sortedSetCommands } from "./sorted-set-commands.ts";
import { stringCommands } from "./string-commands.ts";

/** Every command that `redis.call` knows on the embedded engine, by its name in lower case. */
export const commands: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    ...keyCommands,
    ...stringCommands,
    ...hashCommands,
    ...collectionCommands,
    ...sortedSetCommands,
  }),
);

/** Runs one command. What is wrong with it is an error reply. */
export function runCommand(context: CommandContext, args: readonly string[]): Reply {
  const name = args[0]!;
  const command = commands.get(name) ?? commands.get(name.toLowerCase());
  if (command === undefined) {
    const shown = name.slice(0, 40).replace(/[^!-~]/g, "?");
    return { err: `ERR Unknown Redis command called from script: ${shown}` };
  }
  const { words } = command;
  if (words < 0 ? args.length < -words : args.length !== words) {
    return { err: "ERR Wrong number of args calling Redis command from script" };
  }
  try {
    if (command.grows) context.keys.charge(argumentBytes(args));
    return command.run(context, args);
  } catch (error) {
    if (error instanceof CommandError) return { err: error.message };
    throw error;
  }
}

function argumentBytes(args: readonly string[]): number {
  let bytes = 0;
  for (const arg of args) bytes += arg.length + 24;
  return bytes;
}
