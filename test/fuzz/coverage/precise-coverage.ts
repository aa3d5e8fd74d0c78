import { Session, type Profiler } from "node:inspector";

/** How often each part of each script ran, counted by V8: no clock, the same on every machine. */
export class PreciseCoverage {
  readonly #session = new Session();

  /** Counts what is loaded from now on. */
  constructor() {
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** The counts since the last call, of scripts whose address passes. */
  take(passes: (url: string) => boolean): Profiler.ScriptCoverage[] {
    let scripts: Profiler.ScriptCoverage[] = [];
    // without a callback's delay: the session is of this very thread
    this.#session.post("Profiler.takePreciseCoverage", (error, { result }) => {
      if (error !== null) throw error;
      scripts = result.filter(({ url }) => passes(url));
    });
    return scripts;
  }

  stop(): void {
    this.#session.post("Profiler.stopPreciseCoverage");
    this.#session.disconnect();
  }
}

/** Runs of the innermost part around a place of a script; 0 where none ever ran. */
export function runsAt(script: Profiler.ScriptCoverage, offset: number): number {
  let runs = 0;
  let size = Infinity;
  for (const { ranges } of script.functions) {
    for (const { startOffset, endOffset, count } of ranges) {
      const length = endOffset - startOffset;
      if (offset < startOffset || offset >= endOffset || length > size) continue;
      size = length;
      runs = count;
    }
  }
  return runs;
}
