import { dirname, isAbsolute, resolve } from "node:path";
import { didYouMean } from "@realmwright/protocol/internal";
import type { Candidate } from "./candidate.ts";
import type { Environment } from "./environment.ts";
import { asksForVariables, expand, ExpansionError } from "./expand.ts";
import type { Findings } from "./findings.ts";
import { isOpenToOthers, readSecretFile, SecretFileError } from "./secret-file.ts";
import type { Setting } from "./settings.ts";
import type { YamlEntry, YamlNode } from "./yaml-file.ts";

/** What a file says of the settings. */
export class FileLayer {
  readonly #settings: readonly Setting[];
  readonly #environment: Environment;
  readonly #findings: Findings;
  readonly #path: string;
  readonly #name: string;
  #holdsSecrets = false;

  /** @param about the file's path, and its name in errors. */
  constructor(
    settings: readonly Setting[],
    environment: Environment,
    findings: Findings,
    about: { readonly path: string; readonly name: string },
  ) {
    this.#settings = settings;
    this.#environment = environment;
    this.#findings = findings;
    this.#path = about.path;
    this.#name = about.name;
  }

  read(root: YamlNode): readonly Candidate[] {
    const names = [...new Set(this.#settings.map(({ section }) => section))];
    const candidates: Candidate[] = [];
    for (const [name, entry] of this.#entries(root, "the file")) {
      if (!names.includes(name)) {
        const advice = didYouMean(name, names) || `The sections are ${names.join(", ")}.`;
        this.#findings.problem(this.#at(entry), `${name} is no section.`, advice);
        continue;
      }
      const inside = this.#settings.filter(({ section }) => section === name);
      const entries = this.#entries(entry.node, name);
      for (const [key, value] of entries) {
        const candidate = this.#setting(inside, name, key, value);
        if (candidate !== undefined) candidates.push(candidate);
      }
      for (const { key } of inside) {
        const file = entries.get(`${key}_file`);
        if (file !== undefined && entries.has(key)) {
          const what = `${name} has both ${key} and ${key}_file.`;
          this.#findings.problem(this.#at(file), what, "Keep one of them.");
        }
      }
    }
    if (this.#holdsSecrets && isOpenToOthers(this.#path)) {
      this.#findings.warnings.push(
        `${this.#name} holds secrets, and others may read it: chmod 600 ${this.#name}.`,
      );
    }
    return candidates;
  }

  #setting(
    inside: readonly Setting[],
    section: string,
    key: string,
    entry: YamlEntry,
  ): Candidate | undefined {
    const setting = inside.find((each) => each.key === key);
    if (setting !== undefined) return this.#candidate(setting, entry.node);
    const secret = inside.find((each) => each.secret === true && `${each.key}_file` === key);
    if (secret !== undefined) return this.#fromFile(secret, entry);
    const known = inside.flatMap((each) =>
      each.secret === true ? [each.key, `${each.key}_file`] : [each.key],
    );
    const elsewhere = this.#settings.find((each) => each.key === key)?.path;
    const advice =
      didYouMean(key, known) ||
      (elsewhere === undefined
        ? `${section} has ${known.slice(0, 8).join(", ")}${known.length > 8 ? ", …" : ""}.`
        : `Did you mean ${elsewhere}?`);
    this.#findings.problem(this.#at(entry), `${section}.${key} is no setting.`, advice);
    return undefined;
  }

  #candidate(setting: Setting, node: YamlNode): Candidate | undefined {
    const through: string[] = [];
    const value = this.#plain(setting, node, through);
    if (value === undefined || value === null) return undefined;
    if (setting.secret === true && through.length === 0) this.#holdsSecrets = true;
    return {
      setting,
      value: through.length === 0 ? this.#placed(setting, value) : value,
      isText: typeof value === "string" && through.length > 0,
      origin: {
        kind: "file",
        place: this.#at(node),
        ...(through.length > 0 ? { through: through.join(", ") } : {}),
      },
      node,
    };
  }

  /** The same database, wherever the command is started. What a variable says begins there, as without a file. */
  #placed({ path }: Setting, value: unknown): unknown {
    if (path !== "database.url" || typeof value !== "string") return value;
    const file = /^sqlite:(?!:memory:$)(.+)/s.exec(value)?.[1];
    if (file === undefined || isAbsolute(file)) return value;
    return `sqlite:${resolve(dirname(this.#path), file)}`;
  }

  /** `x_file: path` stands for `x`. Relative paths begin at the configuration's folder. */
  #fromFile(setting: Setting, { node }: YamlEntry): Candidate | undefined {
    const written = this.#plain(setting, node, []);
    if (written === undefined || written === null) return undefined;
    if (typeof written !== "string") {
      const what = `${setting.path}_file: expected the path of a file.`;
      this.#findings.problem(this.#at(node), what, "Put it in quotes.");
      return undefined;
    }
    const text = this.#secret(written, node);
    if (text === undefined) return undefined;
    const origin = { kind: "file", place: this.#at(node), through: written } as const;
    return { setting, value: text, isText: true, origin };
  }

  #secret(path: string, node: YamlNode): string | undefined {
    try {
      const { text, isOpen } = readSecretFile(resolve(dirname(this.#path), path));
      if (isOpen) this.#findings.warnings.push(openWarning(path));
      return text;
    } catch (error) {
      if (!(error instanceof SecretFileError)) throw error;
      this.#findings.problem(this.#at(node), `${error.message}.`, "Name the file of a secret.");
      return undefined;
    }
  }

  /** A value without its places, variables put in. Undefined: variables that are not set are all of it. */
  #plain(setting: Setting, node: YamlNode, through: string[]): unknown {
    const { value } = node;
    if (typeof value === "string") return this.#text(setting, value, node, through);
    if (value === null || typeof value !== "object") return value;
    if (!(value instanceof Map)) {
      const items = (value as readonly YamlNode[]).map((item) =>
        this.#plain(setting, item, through),
      );
      return items.filter((item) => item !== undefined);
    }
    const entries: [string, unknown][] = [];
    for (const [key, entry] of value as ReadonlyMap<string, YamlEntry>) {
      const plain = this.#plain(setting, entry.node, through);
      if (key === "secret_file" && typeof plain === "string") {
        entries.push(["secret", this.#secret(plain, entry.node)]);
      } else if (plain !== undefined) {
        if (key === "secret" && through.length === 0) this.#holdsSecrets = true;
        entries.push([key, plain]);
      }
    }
    return Object.fromEntries(entries);
  }

  #text(setting: Setting, text: string, node: YamlNode, through: string[]): string | undefined {
    if (!asksForVariables(text)) return text;
    try {
      const expanded = expand(text, this.#environment);
      through.push(...expanded.variables);
      for (const variable of expanded.missing) {
        if (expanded.text === undefined) {
          this.#findings.missing.push({ path: setting.path, variable, place: this.#at(node) });
        } else {
          this.#findings.problem(
            this.#at(node),
            `${setting.path} needs the variable ${variable}, which is not set.`,
            `Set it, or write \${${variable}:-default}.`,
          );
        }
      }
      return expanded.text;
    } catch (error) {
      if (!(error instanceof ExpansionError)) throw error;
      const remedy = "Write ${NAME}, ${NAME:-default}, or $${ for the two characters.";
      this.#findings.problem(this.#at(node), `${setting.path} ${error.message}.`, remedy);
      return undefined;
    }
  }

  #entries(node: YamlNode, what: string): ReadonlyMap<string, YamlEntry> {
    if (node.value instanceof Map) return node.value as ReadonlyMap<string, YamlEntry>;
    if (node.value !== null) {
      this.#findings.problem(this.#at(node), `${what} must be a section.`, "Write name: value.");
    }
    return new Map();
  }

  #at({ line, column }: { readonly line: number; readonly column: number }): string {
    return `${this.#name}:${line}:${column}`;
  }
}

export function openWarning(path: string): string {
  return `${path} holds a secret, and others may read or change it: chmod 600 ${path}.`;
}
