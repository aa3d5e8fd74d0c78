import { stringify } from "yaml";
import type { Origin } from "./candidate.ts";
import type { Configuration } from "./configuration.ts";
import { masked } from "./masked.ts";
import { listSettings, type Setting } from "./settings.ts";

/** The configuration as the YAML that says the same, secrets masked. With `explain`, where each value came from. */
export function printedYaml(configuration: Configuration, explain: boolean): string {
  const lines: string[] = [];
  let section = "";
  for (const setting of listSettings()) {
    if (setting.section !== section) {
      lines.push(`${section === "" ? "" : "\n"}${setting.section}:`);
      section = setting.section;
    }
    const line = `  ${settingLine(setting, valueIn(configuration, setting))}`;
    const origin = configuration.origins.get(setting.path);
    lines.push(explain ? `${line.padEnd(46)} # ${originText(origin)}` : line);
  }
  return `${lines.join("\n")}\n`;
}

/** The same for machines: each setting's value and where it came from. */
export function printedJson(configuration: Configuration): Readonly<Record<string, object>> {
  return Object.fromEntries(
    listSettings().map((setting) => {
      const value = masked(setting, valueIn(configuration, setting)) ?? null;
      return [setting.path, { value, from: configuration.origins.get(setting.path) }];
    }),
  );
}

function originText(origin: Origin | undefined): string {
  if (origin === undefined || origin.kind === "default") return "default";
  return origin.through === undefined ? origin.place : `${origin.place} (${origin.through})`;
}

function settingLine(setting: Setting, value: unknown): string {
  if (value === undefined) return `# ${setting.key}: ${setting.unset ?? ""}`.trimEnd();
  const options = { collectionStyle: "flow", lineWidth: 0 } as const;
  return `${setting.key}: ${stringify(masked(setting, value), options).trimEnd()}`;
}

function valueIn({ config }: Configuration, { section, key }: Setting): unknown {
  return (config as unknown as Record<string, Record<string, unknown>>)[section]?.[key];
}
