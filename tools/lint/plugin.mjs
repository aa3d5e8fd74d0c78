// Our own lint rules, for what oxlint has none for.
import { boundaries } from "./boundaries.mjs";
import { namedExports, noModuleState } from "./modules.mjs";

export default {
  meta: { name: "realmwright" },
  rules: {
    boundaries,
    "named-exports": namedExports,
    "no-module-state": noModuleState,
  },
};
