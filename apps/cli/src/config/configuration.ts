import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { Failure } from "../failure.ts";
import { valueOf, type Candidate, type Origin } from "./candidate.ts";
import type { Config } from "./config.ts";
import { environmentLayer } from "./environment-layer.ts";
import type { Environment } from "./environment.ts";
import { FileLayer } from "./file-layer.ts";
import { Findings, type MissingVariable } from "./findings.ts";
import { ConfigFailure } from "./problem.ts";
import { toConfig } from "./schema.ts";
import { listSettings, type Setting } from "./settings.ts";
import { readYaml } from "./yaml-file.ts";

/** A value that the command line gives a setting. */
export interface FlagValue {
  readonly path: string;
  readonly value: unknown;
  /** As "--port". */
  readonly flag: string;
}

export interface ConfigurationRequest {
  /** The game's folder, where config.yaml lies if there is one. */
  readonly folder: string;
  /** Another file, which must exist. */
  readonly file?: string | undefined;
  readonly environment: Environment;
  readonly flags: readonly FlagValue[];
}

/** The configuration in force, and how it came about. */
export interface Configuration {
  readonly config: Config;
  /** The file that was read. */
  readonly file: string | undefined;
  /** Where each setting's value came from, by its path. */
  readonly origins: ReadonlyMap<string, Origin>;
  readonly warnings: readonly string[];
  /** Variables that the file names alone for a setting, that are not set, and that nothing stronger replaces. */
  readonly missing: readonly MissingVariable[];
}

const configName = "config.yaml";

/**
 * Puts the configuration together: defaults, the file, the environment, the command line, each stronger than those
 * before. Throws ConfigFailure with all that is wrong, Failure for a file that can not be read.
 */
export function loadConfiguration(request: ConfigurationRequest): Configuration {
  const settings = listSettings();
  const findings = new Findings();
  const file = fileOf(request);
  const layers = [
    file === undefined ? [] : fileLayer(file, settings, request.environment, findings),
    environmentLayer(settings, request.environment, findings),
    request.flags.map((flag) => fromFlag(settings, flag)),
  ];
  const strongest = new Map(layers.flat().map((found) => [found.setting.path, found]));
  const origins = new Map<string, Origin>();
  const values: Record<string, Record<string, unknown>> = {};
  for (const setting of settings) {
    const found = strongest.get(setting.path);
    const section = (values[setting.section] ??= {});
    if (found === undefined) {
      origins.set(setting.path, { kind: "default", place: "" });
      continue;
    }
    origins.set(setting.path, found.origin);
    const result = valueOf(found);
    if ("problems" in result) findings.problems.push(...result.problems);
    else section[setting.key] = result.value;
  }
  if (findings.problems.length > 0) throw new ConfigFailure(findings.problems);
  const missing = findings.missing.filter(({ path }) => !strongest.has(path));
  return {
    config: toConfig(values),
    file,
    origins,
    warnings: [
      ...findings.warnings,
      ...missingWarnings(missing),
      ...pendingWarnings(settings, origins),
    ],
    missing,
  };
}

function missingWarnings(missing: readonly MissingVariable[]): string[] {
  if (missing.length === 0) return [];
  const variables = [...new Set(missing.map(({ variable }) => variable))].join(", ");
  const paths = [...new Set(missing.map(({ path }) => path))];
  const has = paths.length === 1 ? "has its default" : "have their defaults";
  return [`Not set: ${variables}. So ${paths.join(", ")} ${has}.`];
}

function fileOf({ folder, file }: ConfigurationRequest): string | undefined {
  if (file === undefined) {
    const beside = join(folder, configName);
    return existsSync(beside) ? beside : undefined;
  }
  if (existsSync(file)) return file;
  throw new Failure(`There is no file ${file}.`, "Name the configuration's file after --config.");
}

function fileLayer(
  path: string,
  settings: readonly Setting[],
  environment: Environment,
  findings: Findings,
): readonly Candidate[] {
  const name = shortPath(path);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new Failure(
      `${name} can not be read (${code}).`,
      "It must be a file that this user may read.",
      error,
    );
  }
  return new FileLayer(settings, environment, findings, { path, name }).read(readYaml(bytes, name));
}

/** As people would write it: from here on, if it lies below. */
function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith("..") ? resolve(path) : short;
}

function fromFlag(settings: readonly Setting[], { path, value, flag }: FlagValue): Candidate {
  const setting = settings.find((each) => each.path === path);
  if (setting === undefined) throw new TypeError(`No setting is called ${path}`);
  return { setting, value, isText: false, origin: { kind: "flag", place: flag } };
}

/** Of settings that somebody made, but that nothing follows yet. */
function pendingWarnings(
  settings: readonly Setting[],
  origins: ReadonlyMap<string, Origin>,
): string[] {
  const made = settings.filter(
    ({ path, pending }) => pending !== undefined && origins.get(path)?.kind !== "default",
  );
  const reasons = [...new Set(made.map(({ pending }) => pending!))];
  return reasons.map((reason) => {
    const paths = made.filter(({ pending }) => pending === reason).map(({ path }) => path);
    return `${paths.join(", ")}: set, but ${reason}.`;
  });
}
