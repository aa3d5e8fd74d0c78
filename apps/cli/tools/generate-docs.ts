// Writes the reference of the configuration:
//   node --conditions=@realmwright/source apps/cli/tools/generate-docs.ts
import { writeFileSync } from "node:fs";
import { referencePage } from "../src/config/reference-page.ts";

writeFileSync(
  new URL("../../../docs/reference/configuration.md", import.meta.url),
  referencePage(),
);
