import { Echo } from "./echo.ts";
import { comparedTick, compareTicks } from "./scene.ts";

/** What a client saw at one tick: whom, and where, in centimetres. */
export interface SeenTick {
  readonly tick: number;
  /** The number of the player's own walker. */
  readonly own: number;
  readonly numbers: number[];
  readonly x: number[];
  readonly y: number[];
}

/** One that a client sees. */
export interface Seen {
  readonly number: number;
  readonly x: number;
  readonly y: number;
}

export interface PlayerOptions {
  readonly port: number;
  /** Address to connect from. */
  readonly from: string;
  /** Which of all players this is. */
  readonly index: number;
  /** Key of the tokens of our server. */
  readonly secret: string;
  /** Asks for the room's stream. */
  readonly wantsStream: boolean;
  /** Logs in and joins nothing. */
  readonly isIdle: boolean;
  /** Set for those few who decode all that they are sent. */
  readonly watch: Watch | undefined;
  readonly onClose: (why: string) => void;
}

/** One client in the room. */
export interface Player {
  /** Bytes and state updates that the server has sent. */
  readonly bytesIn: number;
  readonly updates: number;
  steer(heading: number): void;
  /** Reads no more, so that what is sent to it stays where it is. */
  stopReading(): void;
  /** A last sign of life, after which it neither reads nor writes. */
  fallSilent(): void;
}

/** What one watched client is measured by. */
export class Watch {
  readonly echo: Echo;
  readonly seen: SeenTick[] = [];
  isMeasuring = false;

  constructor(seed: number) {
    this.echo = new Echo(seed);
  }

  /** A message was applied that arrived at `nowMs`, with the player's own heading. */
  applied(heading: number, nowMs: number): void {
    this.echo.seen(heading, nowMs);
  }

  /** Whether what is held at a tick is to be compared with the truth. */
  wants(tick: number): boolean {
    return this.isMeasuring && tick % compareTicks === comparedTick;
  }

  saw(tick: number, own: number, people: Iterable<Seen>): void {
    const entry: SeenTick = { tick, own, numbers: [], x: [], y: [] };
    for (const { number, x, y } of people) {
      entry.numbers.push(number);
      entry.x.push(x);
      entry.y.push(y);
    }
    this.seen.push(entry);
  }
}
