import { z } from "zod";
import { listSettings, type Setting } from "./settings.ts";

/** JSON Schema of config.yaml, for editors. */
export function jsonSchema(): object {
  const settings = listSettings();
  const names = [...new Set(settings.map(({ section }) => section))];
  const properties = names.map((name) => {
    const inside = settings.filter(({ section }) => section === name);
    return [name, section(inside)] as const;
  });
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Configuration of Realmwright",
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(properties),
  };
}

function section(settings: readonly Setting[]): object {
  const properties = settings.flatMap((setting): (readonly [string, object])[] => {
    const own = [setting.key, property(setting)] as const;
    if (setting.secret !== true) return [own];
    const description = `A file that holds ${setting.key}.`;
    return [own, [`${setting.key}_file`, { type: "string", description }]];
  });
  return {
    type: ["object", "null"],
    additionalProperties: false,
    properties: Object.fromEntries(properties),
  };
}

function property({ shape, description, byDefault }: Setting): object {
  const { $schema: _, description: __, ...own } = z.toJSONSchema(shape, { io: "input" });
  const isText = shape instanceof z.ZodString;
  // Every value may be left to a variable.
  const variable = { type: "string", pattern: String.raw`\$\{` };
  return {
    description,
    ...(byDefault === undefined ? {} : { default: byDefault }),
    ...(isText ? { type: "string" } : { anyOf: [own, variable] }),
  };
}
