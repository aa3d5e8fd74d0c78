import { BitReader } from "../bytes/bit-reader.ts";
import type { BitWriter } from "../bytes/bit-writer.ts";
import { RealmError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Definition } from "./definition.ts";
import { invalid, type Field } from "./field.ts";
import { Problems } from "./problems.ts";
import { objectCodec, valueCodecOf, type RefMap, type ValueCodec } from "./value-codec.ts";

/** The codec of an input, an event or a document. */
export interface StructCodec<T = Record<string, unknown>> {
  readonly hasRefs: boolean;
  /** the largest encoding */
  readonly bytesMax: number;
  readonly defaultValue: T;
  write(out: BitWriter, value: T, ref?: RefMap): void;
  /** Throws DECODE_INVALID or DECODE_TRUNCATED. */
  read(from: BitReader, ref?: RefMap): T;
  /** Checks a foreign value and rounds it to its fields' steps; throws INPUT_INVALID. */
  check(value: unknown): T;
  /** What came in a message: bytes are read to their end, anything else is checked. */
  open(data: unknown): T;
  /**
   * The game's own value as the other side will read it: clamped, cut and rounded, defaults for what is missing. Throws
   * GAME_INVALID with problems where something is missing, not known or of the wrong kind.
   */
  canonical(value: T): T;
  mapRefs(value: T, ref: RefMap): T;
  equals(a: T, b: T): boolean;
}

/** The codec of a definition that stands alone. */
export function structCodec(definition: Definition): StructCodec {
  // an input's message, payload and data are levels too: no encoding says what another can not
  const levels = limits.jsonDepth.value - (definition.kind === "input" ? 3 : 0);
  const object = objectCodec(
    Object.entries(definition.fields).map(([name, field]) => {
      const codec = valueCodecOf(field.spec, levels);
      const where = `${definition.kind} "${definition.name}" field "${name}"`;
      const standard = checkDefault(where, field, codec);
      return {
        name,
        codec,
        fallback: standard === undefined ? ownFallback(field) : codec.canonical(standard),
      };
    }),
  );
  type Value = Record<string, unknown>;
  const check = (value: unknown): Value => {
    const problems = new Problems();
    const checked = object.check(value, "", problems);
    problems.throwIfAny("INPUT_INVALID");
    return checked as Value;
  };
  return {
    hasRefs: object.hasRefs,
    bytesMax: Math.ceil(object.bitsMax / 8),
    defaultValue: object.defaultValue as Value,
    write: (out, value, ref) => object.write(out, value, ref),
    read: (from, ref) => object.read(from, ref) as Value,
    check,
    open: (data) => {
      if (!(data instanceof Uint8Array)) return check(data);
      const reader = new BitReader(data);
      const value = object.read(reader) as Value;
      if (reader.remaining >= 8) {
        throw new RealmError("DECODE_INVALID", {
          detail: "there are more bytes than the schema has",
        });
      }
      return value;
    },
    canonical: (value) => {
      const problems = new Problems();
      object.inspect(value, "", problems);
      problems.throwIfAny("GAME_INVALID");
      return object.canonical(value) as Value;
    },
    mapRefs: (value, ref) => object.mapRefs(value, ref) as Value,
    equals: (a, b) => object.equals(a, b),
  };
}

/** The declared default, made sure of; undefined without one. */
export function checkDefault(where: string, field: Field<unknown>, codec: ValueCodec): unknown {
  if (field.defaultValue === undefined) return undefined;
  const problems = new Problems();
  codec.check(field.defaultValue, "", problems);
  const [first] = problems.list;
  if (first !== undefined) {
    throw invalid(`${where}: the default${first.path} must be ${first.expected}, not ${first.got}`);
  }
  return field.defaultValue;
}

function ownFallback(field: Field<unknown>): null | undefined {
  return field.spec.kind === "optional" ? null : undefined;
}
