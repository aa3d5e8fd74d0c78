import type { Entity } from "@realmwright/core";
import {
  ClientView,
  diffJson,
  type Frame,
  FrameWriter,
  Mirror,
  World,
} from "@realmwright/core/internal";
import type { Of, RoomSchema, ServerMessage } from "@realmwright/protocol";
import { BitWriter, compileRoom, type CompiledRoom } from "@realmwright/protocol/internal";
import { Board, Move, Poke, Poked, Post, step, Walker, Wave } from "./glade.ts";

export const tickRate = 20;

const schema: RoomSchema = {
  entities: { Walker, Post },
  inputs: { Move, Poke, Wave },
  events: { Poked },
  documents: { shared: Board },
};

/** One seat, and the way to the client that holds it. */
export class FakeSeat {
  readonly seat: number;
  readonly walker: Entity<typeof Walker>;
  /** Newest input taken. */
  seq = 0;
  /** Inputs taken, each once, in order of arrival. */
  readonly taken: number[] = [];
  /** Inputs that came although they had been taken. */
  readonly doubled: number[] = [];
  /** Codes of the answers given, "" for none. */
  readonly answers = new Map<number, string>();
  readonly moves: { readonly seq: number; readonly move: Of<typeof Move> }[] = [];
  m = -1;
  view: ClientView | undefined;
  send: (message: ServerMessage) => void = () => undefined;

  constructor(seat: number, walker: Entity<typeof Walker>) {
    this.seat = seat;
    this.walker = walker;
  }
}

/** A room that keeps the server's side of the stream: the real world, frames and views under the simplest of rules. */
export class FakeRoom {
  readonly id: string;
  readonly name: string;
  readonly room: CompiledRoom = compileRoom(schema);
  readonly world = new World(this.room, 64);
  readonly mirror = new Mirror(this.room, { historyTicks: 8, cellSize: 16 });
  readonly seats = new Map<number, FakeSeat>();
  board: Of<typeof Board> = { pokes: 0, log: [] };
  version = 0;
  tick = 0;
  readonly #writer = new FrameWriter(this.world, this.mirror, Walker);
  readonly #bits = new BitWriter();

  constructor(id: string, name: string) {
    this.id = id;
    this.name = name;
    this.world.spawn(Post, { x: 50 });
    this.#writer.document(-1, 0, this.board, []);
  }

  join(name: string): FakeSeat {
    const seat = this.seats.size;
    const walker = this.world.spawn(Walker, {
      owner: { seat },
      x: 100 + 10 * seat,
      y: 100,
      hp: 100,
      name,
    });
    const taken = new FakeSeat(seat, walker);
    this.seats.set(seat, taken);
    this.#writer.seat(seat, { entity: walker.id, team: 0 });
    return taken;
  }

  /** The client of a seat begins to read, from nothing. */
  attach(seat: FakeSeat, m: number, send: (message: ServerMessage) => void): void {
    seat.m = m;
    seat.send = send;
    seat.view = new ClientView(this.mirror, {
      seat: seat.seat,
      spectator: false,
      interest: undefined,
      tickRate,
      sendRate: tickRate,
      phase: 0,
    });
  }

  detach(seat: FakeSeat): void {
    seat.view = undefined;
    seat.send = () => undefined;
  }

  input(seat: FakeSeat, seq: number, name: string, data: unknown): void {
    if (seq <= seat.seq) {
      seat.doubled.push(seq);
      const code = seat.answers.get(seq);
      if (code !== undefined) this.#writer.confirm(seat.seat, seq, code === "" ? undefined : code);
      return;
    }
    seat.seq = seq;
    seat.taken.push(seq);
    if (name === Wave.name) this.#answer(seat, seq);
    else if (name === Move.name) seat.moves.push({ seq, move: data as Of<typeof Move> });
    else this.#poke(seat, seq, data as Of<typeof Poke>);
  }

  change(change: (board: Of<typeof Board>) => void): void {
    const board = structuredClone(this.board);
    change(board);
    const patch = diffJson(this.board, board);
    this.board = board;
    this.version++;
    this.#writer.document(-1, this.version, board, patch);
  }

  /** Steps once and sends every client what it is due, as one list of messages each. */
  step(readable: boolean): void {
    for (const seat of this.seats.values()) {
      for (const { seq, move } of seat.moves.splice(0, 3)) {
        if (seat.walker.alive) step(seat.walker, move, 1 / tickRate);
        this.#writer.served(seat.seat, seq);
      }
    }
    this.world.endTick();
    const frame = this.#writer.write(this.id, 1, ++this.tick, true);
    for (const seat of this.seats.values()) this.#tell(seat, frame, readable);
  }

  #poke(seat: FakeSeat, seq: number, { target }: Of<typeof Poke>): void {
    const id = seat.view?.idOf(target) ?? 0;
    const other = this.world.get(Walker, id);
    this.#answer(seat, seq, other === undefined ? "NOBODY" : "");
    if (other === undefined) return;
    other.hp--;
    this.#writer.event(Poked, { by: seat.walker.id, times: 100 - other.hp }, "all");
    this.change((board) => {
      board.pokes++;
      board.log.push(other.name);
    });
  }

  #answer(seat: FakeSeat, seq: number, code = ""): void {
    seat.answers.set(seq, code);
    this.#writer.confirm(seat.seat, seq, code === "" ? undefined : code, wordsOf(code));
  }

  #tell(seat: FakeSeat, frame: Frame, readable: boolean): void {
    const { view, m, send } = seat;
    if (view === undefined) return;
    const { tick } = frame;
    for (const { version, patch } of frame.documents) {
      send({ type: "document", payload: { m, tick, doc: "shared", version, patch } });
    }
    for (const { seat: to, seq, code, text } of frame.confirms) {
      if (to !== seat.seat) continue;
      const words = text === undefined ? {} : { text };
      const refusal = code === undefined ? {} : { code, ...words };
      send({ type: "confirm", payload: { m, seq, tick, ok: code === undefined, ...refusal } });
    }
    for (const { event, data } of frame.events) {
      const { name, codec } = this.room.events[event]!;
      const mapped = codec.mapRefs(data as Record<string, unknown>, (id) => view.handleOf(id));
      send({ type: "event", payload: { m, tick, name, data: mapped } });
    }
    if (readable) {
      const state = view.writeReadable();
      if (state !== undefined) send({ type: "snapshot", payload: { m, ...state } });
      return;
    }
    this.#bits.reset();
    view.writeBinary(this.#bits);
    send({ type: "snapshot", payload: { m, bits: this.#bits.toBytes() } });
  }
}

/** What the rules say to a refusal by this code. */
function wordsOf(code: string): string | undefined {
  return code === "NOBODY" ? "Nobody is there." : undefined;
}
