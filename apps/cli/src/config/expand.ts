import type { Environment } from "./environment.ts";

/** What a text became. */
export interface Expanded {
  /** Undefined: it is a variable alone, and that is not set. */
  readonly text: string | undefined;
  /** Variables that were looked for. */
  readonly variables: readonly string[];
  /** Those that are not set and have no default. */
  readonly missing: readonly string[];
}

/** A text that can not be expanded; the message says why. */
export class ExpansionError extends Error {}

/** Whether a text asks for variables. */
export function asksForVariables(text: string): boolean {
  return text.includes("${");
}

/**
 * Puts variables in the places of `${NAME}` and `${NAME:-default}`; `$${` stands for `${`. An empty variable counts as
 * not set. What is put in is not expanded again. Throws ExpansionError.
 */
export function expand(text: string, environment: Environment): Expanded {
  const variables: string[] = [];
  const missing: string[] = [];
  const expanded = text.replaceAll(
    /\$\$\{|\$\{([^}]*)(\}?)/g,
    (all, inside?: string, end?: string) => {
      if (inside === undefined) return "${";
      if (end === "") throw new ExpansionError("has ${ without its }");
      const [, name, byDefault] = /^([A-Za-z_]\w*)(?::-(.*))?$/s.exec(inside) ?? [];
      if (name === undefined)
        throw new ExpansionError(`has ${shortened(all)}, which names no variable`);
      if (byDefault?.includes("${") === true) {
        throw new ExpansionError(
          `has \${${name}:-…} with a variable in its default, which is not possible`,
        );
      }
      variables.push(name);
      const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
      if (value !== undefined && value !== "") return value;
      if (byDefault === undefined) missing.push(name);
      return byDefault ?? "";
    },
  );
  const isAlone = /^\$\{[^}]*\}$/.test(text);
  return { text: isAlone && expanded === "" ? undefined : expanded, variables, missing };
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
