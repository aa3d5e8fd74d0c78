import { resolve } from "node:path";
import { didYouMean } from "@realmwright/protocol/internal";
import type { Candidate } from "./candidate.ts";
import type { Environment } from "./environment.ts";
import { openWarning } from "./file-layer.ts";
import type { Findings } from "./findings.ts";
import { readSecretFile, SecretFileError } from "./secret-file.ts";
import type { Setting } from "./settings.ts";

/** What the environment says of the settings. An empty variable counts as not set. */
export function environmentLayer(
  settings: readonly Setting[],
  environment: Environment,
  findings: Findings,
): readonly Candidate[] {
  warnOfUnknown(settings, environment, findings);
  return settings.flatMap((setting) => {
    for (const name of setting.names) {
      const found = variable(setting, name, environment, findings);
      if (found !== undefined) return [found];
    }
    return [];
  });
}

function variable(
  setting: Setting,
  name: string,
  environment: Environment,
  findings: Findings,
): Candidate | undefined {
  const value = environment[name] ?? "";
  const file = setting.secret === true ? (environment[`${name}_FILE`] ?? "") : "";
  if (value !== "" && file !== "") {
    findings.problem(`${name}_FILE`, `${name} is set as well.`, "Unset one of them.");
  }
  if (value !== "") {
    return { setting, value, isText: true, origin: { kind: "environment", place: name } };
  }
  if (file === "") return undefined;
  const place = `${name}_FILE`;
  try {
    const { text, isOpen } = readSecretFile(resolve(file));
    if (isOpen) findings.warnings.push(openWarning(file));
    const origin = { kind: "environment", place, through: file } as const;
    return { setting, value: text, isText: true, origin };
  } catch (error) {
    if (!(error instanceof SecretFileError)) throw error;
    findings.problem(place, `${error.message}.`, "Name the file of a secret.");
    return undefined;
  }
}

/** Kubernetes and Docker's links set variables for a service whose name begins with realmwright. */
function isOfService(name: string, value = ""): boolean {
  const part = /_(SERVICE_(HOST|PORT)|PORT_\d+_(TCP|UDP|SCTP))(_\w+)?$/;
  return part.test(name) || (name.endsWith("_PORT") && /^(tcp|udp|sctp):\/\//.test(value));
}

function warnOfUnknown(
  settings: readonly Setting[],
  environment: Environment,
  findings: Findings,
): void {
  const known = new Set(
    settings.flatMap(({ names, secret }) =>
      secret === true ? names.flatMap((name) => [name, `${name}_FILE`]) : names,
    ),
  );
  for (const name of Object.keys(environment).toSorted()) {
    if (!name.startsWith("REALMWRIGHT_") || known.has(name) || isOfService(name, environment[name]))
      continue;
    const advice = didYouMean(name, known) || "`config schema` lists what there is.";
    findings.warnings.push(`The variable ${name} is no setting. ${advice}`);
  }
}
