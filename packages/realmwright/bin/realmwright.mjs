#!/usr/bin/env node
// Plain JavaScript that old versions of Node can read too, so that they are told what is wrong.
const [major] = process.versions.node.split(".").map(Number);
if (major < 24) {
  process.stderr.write(
    `realmwright needs Node 24 or newer; this is ${process.versions.node}. Get it from your package manager or version manager, for example: nvm install 24\n`,
  );
  process.exitCode = 1;
} else {
  process.setSourceMapsEnabled(true);
  const { run } = await import("@realmwright/cli");
  process.exitCode = await run(process.argv.slice(2));
}
