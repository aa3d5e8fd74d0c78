/** What one check found. */
export interface Finding {
  readonly name: string;
  readonly level: "ok" | "warning" | "failure";
  readonly found: string;
  /** What to do, unless all is well. */
  readonly remedy?: string;
}

export function ok(name: string, found: string): Finding {
  return { name, level: "ok", found };
}

export function warning(name: string, found: string, remedy: string): Finding {
  return { name, level: "warning", found, remedy };
}

export function failure(name: string, found: string, remedy: string): Finding {
  return { name, level: "failure", found, remedy };
}
