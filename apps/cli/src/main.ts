import { run } from "./program.ts";

// Errors of games name the lines that their authors wrote.
process.setSourceMapsEnabled(true);
process.exitCode = await run(process.argv.slice(2));
