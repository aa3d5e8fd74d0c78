import { type Figures, figureNames } from "./figures.ts";

/** Runs after which everything must have happened once. */
const enoughRuns = 60;

type Name = keyof Figures;

/** What a batch of runs has shown, one figure in a line. */
export function table(figures: Figures): string {
  const lines = Object.entries(figureNames).map(([name, label]) => {
    const value = Math.round(figures[name as Name]).toLocaleString("en");
    return `${label.padEnd(34)} ${value.padStart(15)}`;
  });
  return lines.join("\n");
}

/** What ought to have happened in so many runs, and did not: then they have proved nothing of it. */
export function missing(figures: Figures, runs: number, hasBus: boolean): string[] {
  if (runs < enoughRuns) return [];
  return Object.entries(figureNames)
    .filter(([name]) => figures[name as Name] === 0 && (hasBus || name !== "framesLost"))
    .map(([, label]) => label);
}
