import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Configuration } from "../config/configuration.ts";
import { checkDatabase } from "../doctor/database.ts";
import { failure, type Finding } from "../doctor/finding.ts";
import { checkDisk, checkNode, checkOpenFiles, checkPort, openFiles } from "../doctor/machine.ts";
import { checkRedis } from "../doctor/redis.ts";
import { checkScripts } from "../doctor/scripts.ts";
import {
  checkConfiguration,
  checkLimits,
  checkProduction,
  checkReach,
  checkRung,
  checkSecrets,
} from "../doctor/settings.ts";
import { Failure } from "../failure.ts";
import type { Terminal } from "../terminal.ts";

/** Tries what a server needs and what its settings name; answers the exit code, 1 if something would fail. */
export async function doctor(
  folder: string,
  read: () => Configuration,
  how: { readonly json: boolean; readonly isProduction: boolean },
  terminal: Terminal,
): Promise<number> {
  const findings = await examine(folder, read, how.isProduction);
  for (const finding of findings) {
    terminal.print(how.json ? JSON.stringify(finding) : line(finding, terminal));
  }
  const count = (level: Finding["level"]): number =>
    findings.filter((finding) => finding.level === level).length;
  const failures = count("failure");
  if (!how.json) terminal.print(`failures: ${failures}, warnings: ${count("warning")}`);
  return failures === 0 ? 0 : 1;
}

async function examine(
  folder: string,
  read: () => Configuration,
  isProduction: boolean,
): Promise<readonly Finding[]> {
  const node = checkNode(process.versions.node);
  let configuration: Configuration;
  try {
    configuration = read();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [node, failure("settings", error.message, error.remedy)];
  }
  const { config } = configuration;
  const data = join(folder, ".realmwright");
  return [
    node,
    ...checkConfiguration(configuration),
    await checkPort(config, data),
    checkReach(config),
    checkOpenFiles(openFiles(), config),
    ...(await checkDisk(data)),
    await checkDatabase(config),
    ...(await checkRedis(config)),
    ...checkSecrets(configuration, data),
    ...(isProduction ? checkProduction(configuration) : []),
    ...(await checkScripts(folder, config)),
    checkLimits(config),
    checkRung(config, availableParallelism()),
  ];
}

function line({ name, level, found, remedy }: Finding, terminal: Terminal): string {
  const mark = {
    ok: terminal.green("✓ ok     "),
    warning: terminal.yellow("! warning"),
    failure: terminal.red("✗ failure"),
  }[level];
  const text = `${mark}  ${terminal.bold(name.padEnd(11))} ${found}`;
  return remedy === undefined ? text : `${text}\n${" ".repeat(23)} ${terminal.dim(remedy)}`;
}
