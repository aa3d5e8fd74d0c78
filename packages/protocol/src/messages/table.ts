/** What one column of a message holds. The same tables check readable messages, read and write
 * binary ones, and make the .proto file and the reference pages. */
export type ColumnType =
  /** a whole number from 0 to `max` (at most 2^53 - 1) */
  | { readonly kind: "uint"; readonly max: number }
  /** a whole number from `min` within int32 */
  | { readonly kind: "int"; readonly min: number }
  /** any finite number */
  | { readonly kind: "number" }
  | { readonly kind: "bool" }
  /** text of at most `max` UTF-16 units; a longer one that is `judged` passes the decoder, since who
   * takes the message has an error of its own for it */
  | { readonly kind: "text"; readonly max: number; readonly judged?: true }
  /** one of some words; in binary its place */
  | { readonly kind: "word"; readonly words: readonly string[] }
  /** an error code; in binary the catalogue's number, or a game's own code as text in field `own` */
  | { readonly kind: "code"; readonly own: number }
  /** any JSON of a shape; in binary its text */
  | { readonly kind: "json"; readonly shape: "object" | "list" | "any" }
  /** values of a definition; in binary the bits that the room's schema gives */
  | { readonly kind: "data" }
  /** the name of an input or event; in binary its place in the descriptor */
  | { readonly kind: "name" }
  | { readonly kind: "bytes" }
  | { readonly kind: "record"; readonly name: string; readonly columns: Columns }
  | {
      readonly kind: "records";
      readonly name: string;
      readonly columns: Columns;
      readonly max: number;
    };

export interface Column {
  /** field number in binary; 15 is the request's id */
  readonly n: number;
  readonly type: ColumnType;
  readonly optional: boolean;
  /** the encodings that have it; undefined for all */
  readonly only: "readable" | "binary" | undefined;
  readonly about: string;
}

export type Columns = Readonly<Record<string, Column>>;

/** Columns that fit a payload type: a key forgotten or too many does not compile. */
export type ColumnsOf<P> = {
  readonly [K in keyof P]-?: Record<never, never> extends Pick<P, K>
    ? Column & { readonly optional: true }
    : Column & { readonly optional: false };
};

export type Sender = "client" | "server";

export interface MessageSpec<T extends string = string> {
  readonly type: T;
  /** field number of the message in a binary packet; never reused */
  readonly number: number;
  readonly from: readonly Sender[];
  /** It is a request or an answer: one without an id is malformed. */
  readonly needsId?: true;
  readonly about: string;
  readonly columns: Columns;
}

type Required = Column & { readonly optional: false };
type Optional = Column & { readonly optional: true };

export const column = (n: number, type: ColumnType, about: string): Required => ({
  n,
  type,
  optional: false,
  only: undefined,
  about,
});

export const optional = (n: number, type: ColumnType, about: string): Optional => ({
  n,
  type,
  optional: true,
  only: undefined,
  about,
});

export const onlyIn = <C extends Column>(only: "readable" | "binary", of: C): C => ({
  ...of,
  only,
});

/** Field number of a request's id in every binary message. */
export const idNumber = 15;

export const uint32Max = 0xffff_ffff;
export const membershipMax = 255;
/** Times 256 it is a whole number that a float64 holds. */
export const tickMax: number = 2 ** 45 - 1;

export const uint = (max: number = uint32Max): ColumnType => ({ kind: "uint", max });
export const text = (max: number): ColumnType => ({ kind: "text", max });
export const judgedText = (max: number): ColumnType => ({ kind: "text", max, judged: true });
export const bool: ColumnType = { kind: "bool" };
export const number: ColumnType = { kind: "number" };
export const data: ColumnType = { kind: "data" };
export const json = (shape: "object" | "list" | "any"): ColumnType => ({ kind: "json", shape });
export const membership: ColumnType = uint(membershipMax);
export const tick: ColumnType = uint(tickMax);
export const count: ColumnType = uint(Number.MAX_SAFE_INTEGER);
