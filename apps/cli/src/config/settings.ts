import { z } from "zod";
import { sections, type SettingFacts } from "./schema.ts";

/** One setting of the configuration. */
export interface Setting extends SettingFacts {
  /** As "server.http_port". */
  readonly path: string;
  readonly section: string;
  readonly key: string;
  /** Its names in the environment, the strongest first. */
  readonly names: readonly string[];
  /** What a value must be, its default included. */
  readonly schema: z.ZodType;
  /** What a value must be that is there. */
  readonly shape: z.ZodType;
  readonly byDefault: unknown;
  /** It is a secret or holds some: errors do not repeat it. */
  readonly isSecretText: boolean;
}

/** All settings, in the order of the schema. */
export function listSettings(): readonly Setting[] {
  return sections().flatMap(([section, shapes]) =>
    Object.entries(shapes).map(([key, schema]): Setting => {
      const facts = schema.meta() as unknown as SettingFacts;
      const path = `${section}.${key}`;
      return {
        ...facts,
        path,
        section,
        key,
        names: [variableOf(path), ...(facts.variables ?? [])],
        schema,
        shape: inner(schema),
        byDefault: schema.parse(undefined),
        isSecretText: facts.secret === true || path === "auth.issuers",
      };
    }),
  );
}

/** What a value must be, in a few words. */
export function expectation(shape: z.ZodType): string {
  if (shape instanceof z.ZodNumber) {
    return `a whole number from ${shape.minValue} to ${shape.maxValue}`;
  }
  if (shape instanceof z.ZodBoolean) return "true or false";
  if (shape instanceof z.ZodEnum) return `one of ${shape.options.join(", ")}`;
  if (shape instanceof z.ZodArray) {
    return shape.element instanceof z.ZodString ? "a list of texts" : "a list of sections";
  }
  return "text";
}

function variableOf(path: string): string {
  return `REALMWRIGHT_${path.replace(".", "_").toUpperCase()}`;
}

function inner(schema: z.ZodType): z.ZodType {
  const isWrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
  return isWrapped ? inner(schema.unwrap() as z.ZodType) : schema;
}
