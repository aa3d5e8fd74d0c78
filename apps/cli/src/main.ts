import { run } from "./program.ts";

// Errors of games name the lines that their authors wrote.
process.setSourceMapsEnabled(true);
/** For last words to get out, when something does not let the process end by itself. */
const lastWordsMs = 500;

process.exitCode = await run(process.argv.slice(2));
// A game may leave an interval or a socket behind, which nobody waits for.
setTimeout(() => process.exit(), lastWordsMs).unref();
