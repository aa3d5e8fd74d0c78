import type { Plugin } from "rolldown";

/** A part of a build that notes what it reads. */
export interface ReadModules {
  readonly plugin: Plugin;
  /** Paths of all modules that were read, also of those of which nothing is left in the output: a constant that stands where it was used. */
  readonly modules: ReadonlySet<string>;
}

export function readModules(): ReadModules {
  const modules = new Set<string>();
  return {
    modules,
    plugin: {
      name: "read-modules",
      moduleParsed({ id }) {
        modules.add(id);
      },
    },
  };
}
