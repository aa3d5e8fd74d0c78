import type { Weather } from "./hud/debug-panel.ts";
import type { Drawing, StageOptions, Thrift } from "./view/stage.ts";

const thrifts: Readonly<Record<string, Thrift>> = { high: 0, low: 2 };
const drawings: Readonly<Record<string, Drawing>> = { webgpu: "WebGPU", canvas: "canvas" };

/** What the page's address asks for. The README lists it. */
export interface Address {
  readonly name: string | null;
  readonly look: string | null;
  /** Goes in at once. */
  readonly isAuto: boolean;
  readonly weather: Weather;
  readonly stage: StageOptions;
}

export function readAddress(search: string): Address {
  const query = new URLSearchParams(search);
  const ms = (name: string, most: number): number =>
    Math.min(most, Math.max(0, Number(query.get(name)) || 0));
  return {
    name: query.get("name"),
    look: query.get("look"),
    isAuto: query.get("auto") === "1",
    weather: { delayMs: ms("delay", 400), jitterMs: ms("jitter", 200) },
    stage: {
      thrift: thrifts[query.get("quality") ?? ""],
      drawing: drawings[query.get("draw") ?? ""],
    },
  };
}
