import type { RoomDefinition } from "@realmwright/core";
import type { CompiledRoom } from "@realmwright/protocol/internal";

type Options = RoomDefinition["options"];

/** Every option of a room, and which of them are hooks. */
const kinds: Readonly<Record<keyof Options, "hook" | "value">> = {
  entities: "value",
  inputs: "value",
  events: "value",
  documents: "value",
  state: "value",
  tickRate: "value",
  sendRate: "value",
  maxPlayers: "value",
  maxSpectators: "value",
  maxEntities: "value",
  authority: "value",
  interest: "value",
  predict: "value",
  graceMs: "value",
  permanent: "value",
  joinOptions: "value",
  // the one that may be asynchronous
  load: "value",
  setup: "hook",
  create: "hook",
  admit: "hook",
  join: "hook",
  spectate: "hook",
  drop: "hook",
  reconnect: "hook",
  leave: "hook",
  tick: "hook",
  chat: "hook",
  dispose: "hook",
  on: "value",
  timers: "value",
};

/** What is wrong with a room's hooks, which would show only when one is to run, or never. Undefined when nothing is. */
export function faultOfHooks(options: Options, compiled: CompiledRoom): string | undefined {
  for (const [key, value] of Object.entries(options)) {
    if (!Object.hasOwn(kinds, key)) return unknown("option or hook", key, Object.keys(kinds));
    const fault = kinds[key as keyof Options] === "hook" ? faultOf(key, value) : undefined;
    if (fault !== undefined) return fault;
  }
  const inputs = compiled.inputs.map(({ name }) => name);
  for (const [input, handler] of Object.entries(options.on ?? {})) {
    if (!inputs.includes(input)) return unknown("input to handle", input, inputs);
    const fault = faultOf(`on.${input}`, handler);
    if (fault !== undefined) return fault;
  }
  for (const [timer, handler] of Object.entries(options.timers ?? {})) {
    const fault = faultOf(`timers.${timer}`, handler);
    if (fault !== undefined) return fault;
  }
  const step: unknown = Object.entries(options.predict ?? {}).find(([key]) => key === "step")?.[1];
  return faultOf("predict.step", step);
}

function faultOf(hook: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "function") return `"${hook}" must be a function`;
  const kind = Object.prototype.toString.call(value);
  if (kind === "[object Function]") return undefined;
  return `"${hook}" must be a plain function: a hook that is async or a generator would go on after its tick`;
}

function unknown(what: string, name: string, known: readonly string[]): string {
  const near = known.toSorted((a, b) => distance(name, a) - distance(name, b))[0];
  const farthest = Math.min(name.length - 1, Math.max(2, name.length / 3));
  const isNear = near !== undefined && distance(name, near) <= farthest;
  return `there is no ${what} "${name}"${isNear ? `; did you mean "${near}"?` : ""}`;
}

/** Letters to insert, remove or replace, however they are written (Levenshtein). */
function distance(a: string, b: string): number {
  const [from, to] = [a.toLowerCase(), b.toLowerCase()];
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const changed = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(changed, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
