import type { Terminal } from "../terminal.ts";
export interface BotsFlags {
  readonly game: string;
  readonly url: string;
  readonly seconds?: number;
  readonly ramp: number;
  readonly encoding: string;
  readonly rttP95?: number;
  readonly errors?: number;
  readonly joined?: number;
  readonly report?: string;
  readonly quiet?: true;
}
export async function bots(_n: number, _flags: BotsFlags, _terminal: Terminal): Promise<number> {
  return 1;
}
