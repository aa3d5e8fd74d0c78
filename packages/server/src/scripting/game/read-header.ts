import { limits } from "@realmwright/protocol";
import { roles, type Role } from "../../auth/subject.ts";
import { parseBinding } from "./bindings.ts";
import { inputOf } from "../rooms/room-inputs.ts";
import { parseKeyTemplate, parseRoomKey } from "./key-template.ts";
import { directivesOf, directiveWords, type Directive } from "./directives.ts";
import type { InputHeader, RoomHeader, ScriptHeader, ScriptProblem } from "./script-header.ts";

/** The header of a script, and everything that is wrong with it: with problems it is not to be used. */
export function readHeader(
  file: string,
  source: string,
): { readonly header: ScriptHeader; readonly problems: readonly ScriptProblem[] } {
  const problems: ScriptProblem[] = [];
  const reader = new HeaderReader(file, source, problems);
  return { header: reader.read(), problems };
}

class HeaderReader {
  readonly #file: string;
  readonly #problems: ScriptProblem[];
  readonly #directives: readonly Directive[];

  constructor(file: string, source: string, problems: ScriptProblem[]) {
    this.#file = file;
    this.#problems = problems;
    this.#directives = directivesOf(source, (line, text) => this.#problem(line, text));
  }

  read(): ScriptHeader {
    const room = this.#room();
    const reload = this.#one("reload", (value) => {
      if (value === "live" || value === "start") return value;
      throw new TypeError(`${value}; there are live and start`);
    });
    return {
      reload: reload ?? "start",
      keys: this.#list(
        "keys",
        room === undefined ? parseKeyTemplate : parseRoomKey,
        // the state of a room is the first one
        limits.scriptKeys.value - (room === undefined ? 0 : 1),
      ),
      bind: this.#list("bind", parseBinding, 32),
      callers: this.#callers(room !== undefined),
      opens: this.#one("opens", roomKind),
      room,
    };
  }

  #callers(isRoom: boolean): readonly Role[] {
    if (isRoom) return [];
    const named = this.#one("callers", (value) => {
      const words = value.split(/[\s,]+/);
      return words.length === 1 && words[0] === "nobody" ? [] : words.map(callerRole);
    });
    return named ?? roles;
  }

  #room(): RoomHeader | undefined {
    const kind = this.#one("room", roomKind);
    if (!this.#directives.some(({ word }) => word === "room")) return undefined;
    for (const { word, line } of this.#directives) {
      if (directiveWords[word] === "call") {
        this.#problem(line, `${word} is for scripts that are called, not for those of rooms`);
      }
    }
    const inputs: InputHeader[] = [];
    for (const directive of this.#directives.filter(({ word }) => word === "input")) {
      const input = this.#try(directive, (value) => parseInput(value, directive.line));
      if (input === undefined) continue;
      if (inputs.some(({ name }) => name === input.name)) {
        this.#problem(directive.line, `input: ${input.name} stands twice`);
      } else inputs.push(input);
    }
    return {
      kind: kind ?? "",
      players: this.#one("players", whole(1, limits.playersPerRoom.value)),
      spectators: this.#one("spectators", whole(0, limits.spectatorsPerRoom.value)),
      tick: this.#one("tick", whole(1, 60)),
      grace: this.#one("grace", whole(0, 3600)),
      inputs,
    };
  }

  /** The value of a directive that may stand once. */
  #one<T>(word: string, parse: (value: string) => T): T | undefined {
    const [first, second] = this.#directives.filter((directive) => directive.word === word);
    if (second !== undefined) this.#problem(second.line, `${word} stands twice`);
    return first === undefined ? undefined : this.#try(first, parse);
  }

  /** Words of a directive's value. */
  #list<T>(word: string, parse: (value: string) => T, most: number): readonly T[] {
    const list = this.#one(word, (value) => {
      const words = value.split(/\s+/);
      if (words.length > most) throw new TypeError(`${words.length}, above ${most}`);
      return words.map(parse);
    });
    return list ?? [];
  }

  #try<T>({ word, value, line }: Directive, parse: (value: string) => T): T | undefined {
    try {
      return parse(value);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.#problem(line, `${word}: ${error.message}`);
      return undefined;
    }
  }

  #problem(line: number, text: string): void {
    this.#problems.push({ file: this.#file, line, text });
  }
}

function callerRole(word: string): Role {
  const role = roles.find((known) => known === word);
  if (role !== undefined) return role;
  throw new TypeError(`${word}; there are ${roles.join(", ")}, or nobody alone`);
}

function roomKind(value: string): string {
  if (/^[A-Za-z][\w-]{0,39}$/.test(value)) return value;
  throw new TypeError("a kind has 1 to 40 letters, digits, _ and -, and begins with a letter");
}

function whole(min: number, max: number): (value: string) => number {
  return (value) => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    if (number >= min && number <= max) return number;
    throw new TypeError(`${value} is not a whole number from ${min} to ${max}`);
  };
}

/** Of `place {"cell": "uint 8"}`, or a name alone. */
function parseInput(value: string, line: number): InputHeader {
  const [, name = "", text = ""] = /^([A-Za-z]\w{0,39})\s*(.*)$/.exec(value) ?? [];
  if (name === "") throw new TypeError(`${value} is no name of a function`);
  const header = { name, shape: text === "" ? undefined : parseShape(text), line };
  inputOf(header);
  return header;
}

function parseShape(text: string): Readonly<Record<string, string>> {
  const expected = 'an object of texts, such as {"cell": "uint 8"}';
  let shape: unknown;
  try {
    shape = JSON.parse(text);
  } catch (error) {
    throw new TypeError(`no JSON: ${expected} is expected`, { cause: error });
  }
  const isShape =
    typeof shape === "object" &&
    shape !== null &&
    !Array.isArray(shape) &&
    Object.values(shape).every((kind) => typeof kind === "string");
  if (!isShape) throw new TypeError(`${expected} is expected`);
  return shape as Record<string, string>;
}
