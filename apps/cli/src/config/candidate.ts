import { z } from "zod";
import type { Problem } from "./problem.ts";
import { expectation, type Setting } from "./settings.ts";
import type { YamlNode } from "./yaml-file.ts";

/** Where a value came from. */
export interface Origin {
  readonly kind: "default" | "file" | "environment" | "flag";
  /** "config.yaml:14", "DATABASE_URL", "--port"; empty for a default. */
  readonly place: string;
  /** Variables that were put into it, or the file that holds it. */
  readonly through?: string;
}

/** A value for a setting, as it was found in one place. */
export interface Candidate {
  readonly setting: Setting;
  readonly value: unknown;
  /** It was written where everything is text: it still is to become what the setting asks for. */
  readonly isText: boolean;
  readonly origin: Origin;
  /** Where errors are, if its parts have places of their own. */
  readonly node?: YamlNode | undefined;
}

/** A candidate's value as the setting's own, or what is wrong with it. */
export function valueOf(candidate: Candidate): { value: unknown } | { problems: Problem[] } {
  const { setting } = candidate;
  const value = candidate.isText
    ? fromText(setting.shape, String(candidate.value))
    : candidate.value;
  const parsed = setting.schema.safeParse(value);
  if (parsed.success) return { value: parsed.data };
  return { problems: parsed.error.issues.map((issue) => problemOf(candidate, issue)) };
}

/** Text as what a setting asks for; where it is none, the text, which is then refused. */
function fromText(shape: z.ZodType, text: string): unknown {
  if (shape instanceof z.ZodNumber) return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  if (shape instanceof z.ZodBoolean) return text === "true" || (text === "false" ? false : text);
  if (!(shape instanceof z.ZodArray)) return text;
  if (shape.element instanceof z.ZodString) {
    return text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return text;
  }
}

function problemOf(candidate: Candidate, issue: z.core.$ZodIssue): Problem {
  const { setting, value, origin, node } = candidate;
  const at = placeWithin(node, issue.path);
  const place = at === undefined ? origin.place : origin.place.replace(/:\d+:\d+$/, `:${at}`);
  const part = issue.path.length > 0 ? `, at ${issue.path.join(".")}` : "";
  const got = setting.isSecretText || part !== "" ? "" : `, not ${shown(value)}`;
  const what = `${setting.path}${part}: ${wanted(setting, issue)}${got}.`;
  return { place, what, remedy: remedyFor(candidate) };
}

function wanted(setting: Setting, issue: z.core.$ZodIssue): string {
  if (issue.code === "custom") return issue.message;
  if (issue.code === "unrecognized_keys") return `nothing is called ${issue.keys.join(", ")}`;
  if (issue.path.length === 0 && setting.shape instanceof z.ZodString) {
    if (issue.code === "too_small") return `expected at least ${issue.minimum} characters`;
    if (issue.code === "too_big") return `expected at most ${issue.maximum} characters`;
  }
  if (issue.path.length === 0) return `expected ${expectation(setting.shape)}`;
  if (issue.code === "invalid_union") return "expected kind: secret, or kind: jwks";
  return issue.code === "invalid_type" ? "expected text that is not missing" : issue.message;
}

function remedyFor({ setting, value, isText }: Candidate): string {
  if (!isText && typeof value === "string" && fromText(setting.shape, value) !== value) {
    return "Leave the quotes out.";
  }
  const isBare = typeof value === "number" || typeof value === "boolean";
  if (isBare && setting.shape instanceof z.ZodString) return "Put it in quotes.";
  return setting.description;
}

function placeWithin(node: YamlNode | undefined, path: readonly PropertyKey[]): string | undefined {
  let at = node;
  for (const step of path) {
    if (at === undefined || at.value === null || typeof at.value !== "object") break;
    const inner: YamlNode | undefined =
      at.value instanceof Map
        ? (at.value.get(String(step)) as { node: YamlNode } | undefined)?.node
        : (at.value as readonly YamlNode[])[Number(step)];
    if (inner === undefined) break;
    at = inner;
  }
  return at === undefined ? undefined : `${at.line}:${at.column}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
