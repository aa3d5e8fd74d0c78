import type { BotFigures } from "@realmwright/testkit";

/** Figures that a run must keep to; undefined: any will do. */
export interface Thresholds {
  readonly rttP95Ms: number | undefined;
  readonly errors: number | undefined;
  readonly joinedPercent: number | undefined;
}

/**
 * What a run did not keep to, a sentence each. One at whose end nobody is in a room, or connections are lost, fails
 * whatever the thresholds.
 */
export function missed(figures: BotFigures, thresholds: Thresholds): string[] {
  const failures: string[] = [];
  const { rttP95Ms, errors, joinedPercent } = thresholds;
  if (figures.wanted > 0 && figures.joined === 0) failures.push("no bot is in a room");
  if (figures.lost > 0) {
    failures.push(`${figures.lost} of ${figures.wanted} connections are lost`);
  }
  if (rttP95Ms !== undefined && figures.rttMs.p95 > rttP95Ms) {
    failures.push(`round trip p95 is ${figures.rttMs.p95.toFixed(1)} ms, more than ${rttP95Ms}`);
  }
  if (errors !== undefined && figures.errorCount > errors) {
    failures.push(`${figures.errorCount} errors, more than ${errors}`);
  }
  const percent = figures.wanted === 0 ? 100 : (figures.joined / figures.wanted) * 100;
  if (joinedPercent !== undefined && percent < joinedPercent) {
    failures.push(`${percent.toFixed(0)} % are in a room, fewer than ${joinedPercent} %`);
  }
  return failures;
}
