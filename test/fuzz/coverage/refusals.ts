import { runsAt, type PreciseCoverage } from "./precise-coverage.ts";
import { excuses, fits, refusalSites, type RefusalSite } from "./refusal-sites.ts";

/*
 * Which refusals of the decoders the fuzzing reaches, of all that stand in their sources. The inputs are always the same,
 * so a refusal that is missed is missed every time: either the generators have to learn, or nothing can reach it.
 */

const SEED = 20_261_121;
/** Inputs of a target whose share is 1, and the fewest of any. */
const COUNT = 8000;
const COUNT_MIN = 2000;

export interface RefusalCoverage {
  readonly sites: readonly (RefusalSite & { readonly runs: number })[];
  /** Refusals that were not reached and have no excuse, excuses in vain, and whatever else was found on the way. */
  readonly problems: readonly string[];
}

/** @param coverage begun before any decoder was loaded. */
export async function coverRefusals(coverage: PreciseCoverage): Promise<RefusalCoverage> {
  const { groups } = await import("../targets.ts");
  const { runTarget } = await import("../support/run.ts");
  const problems: string[] = [];
  for (const target of await groups.decoders()) {
    const count = Math.max(COUNT_MIN, COUNT * target.share);
    const { findings } = await runTarget(target, { count, seed: SEED });
    for (const { index, problem } of findings) problems.push(`${target.name} ${index}: ${problem}`);
  }
  const scripts = coverage.take((url) => url.includes("/packages/"));
  const sites = refusalSites().map((site) => {
    const script = scripts.find(({ url }) => url.endsWith(site.file));
    return { ...site, runs: script === undefined ? 0 : runsAt(script, site.offset) };
  });
  for (const site of sites) {
    const excuse = excuses.find((each) => fits(each, site));
    const place = `${site.file}:${site.line}`;
    if (site.runs === 0 && excuse === undefined) problems.push(`${place} missed: ${site.text}`);
    if (site.runs > 0 && excuse !== undefined)
      problems.push(`${place} is reached, excused in vain`);
  }
  for (const excuse of excuses) {
    const isThere = sites.some((site) => fits(excuse, site));
    if (!isThere) problems.push(`${excuse.file} has no such line: ${excuse.text}`);
  }
  return { sites, problems };
}
