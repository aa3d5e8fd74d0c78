import { jsonSchema } from "../config/json-schema.ts";
import type { Configuration } from "../config/configuration.ts";
import { printedJson, printedYaml } from "../config/printed.ts";
import type { Terminal } from "../terminal.ts";

/** Prints the configuration in force, secrets masked. */
export function printConfig(
  configuration: Configuration,
  how: { readonly explain: boolean; readonly json: boolean },
  terminal: Terminal,
): void {
  if (how.json) terminal.print(JSON.stringify(printedJson(configuration), null, 2));
  else terminal.print(printedYaml(configuration, how.explain).trimEnd());
  for (const warning of configuration.warnings) terminal.warn(warning);
}

/** Prints the JSON Schema of config.yaml. */
export function printSchema(terminal: Terminal): void {
  terminal.print(JSON.stringify(jsonSchema(), null, 2));
}
