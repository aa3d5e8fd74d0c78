import type { Tally } from "../model/tally.ts";

/** What a run has shown, so that whoever reads it knows that it has shown something; and how the table calls it. */
export const figureNames = {
  snapshots: "snapshots",
  compared: "entities compared",
  values: "values compared",
  updated: "updates",
  entered: "enters",
  left: "leaves",
  events: "events",
  documents: "documents",
  confirms: "answers to inputs",
  joins: "joins",
  spectators: "joins as spectator",
  resumes: "resumed sessions",
  doors: "ways through doors",
  kicks: "kicks",
  teleports: "teleports",
  teams: "changes of team",
  creeps: "moves by 0.4 of a quantum",
  stalls: "stalls of a reader",
  tooSlow: "readers cut as too slow",
  framesLost: "frames lost on the bus",
  crowds: "rooms of more than 1,024 entities",
  memberWraps: "wraps of memberships",
  handleWraps: "wraps of handles",
  entityWraps: "wraps of entity generations",
  inputWraps: "wraps of input numbers",
  inputsPast31: "input numbers past 2^31",
  ticksPast30: "ticks past 2^30",
  ticksPast31: "ticks past 2^31",
  ticksPast32: "ticks past 2^32",
  ticksTo45: "ticks to 2^45",
  versionsPast31: "document versions past 2^31",
  versionsPast32: "document versions past 2^32",
  epochsPast31: "epochs past 2^31",
  epochsPast32: "epochs past 2^32",
  entitiesMax: "most entities in a room",
  seenMax: "most entities in sight",
  agePercentMax: "oldest in sight, % of the bound",
  lagPercentMax: "latest snapshot, % of the bound",
} as const;

type FigureName = keyof typeof figureNames;
export type Figures = Record<FigureName, number> & Tally;

const names = Object.keys(figureNames) as FigureName[];

export function newFigures(): Figures {
  const figures = {} as Figures;
  for (const name of names) figures[name] = 0;
  return figures;
}

/** Adds the second to the first; of largest numbers the larger one. */
export function addFigures(sum: Figures, more: Figures): void {
  for (const name of names) {
    sum[name] = name.endsWith("Max") ? Math.max(sum[name], more[name]) : sum[name] + more[name];
  }
}
