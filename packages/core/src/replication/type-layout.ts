import type { CompiledEntity, CompiledField, CompiledRoom } from "@realmwright/protocol/internal";
import { riceAges } from "./rice-table.ts";

/** How a field's quanta are coded in an update. */
const codedResidual = 0;
export const codedRaw = 1;
export const codedRef = 2;

/**
 * An update's values are expected on a line through the two before it while neither the pause between those nor the one
 * since is longer than so many sends.
 */
export const chainedSends = 4;

/** Fields that change together and share one bit of an update's mask. */
export interface FieldGroup {
  /** Bits of its fields, by `CompiledField.index`. */
  readonly mask: number;
  /** Indices among the type's fixed fields. */
  readonly fixed: readonly number[];
  /** Index among the type's blob fields, -1 for a group of fixed fields. */
  readonly blob: number;
}

/** Numbers for a field in a `plan`, and what stands where: its group's bit, its coding, bits, turn, and the rest. */
export const planStride = 8;
export const planGroup = 1;
export const planCoding = 2;
export const planBits = 3;
export const planTurn = 4;
/** 1: values are expected on a line. */
export const planPredicted = 5;
/** The field's first parameter in the table of codes. */
export const planRice = 6;

/** A field that names an entity and is not static. */
export interface RefField {
  /** Index of its group. */
  readonly group: number;
  /** Index among the type's fixed fields. */
  readonly field: number;
  /** Index among the type's fields of this kind. */
  readonly place: number;
}

/** What viewers of some relations are told of a type's entities after the enter: fields that are not static. */
export interface Sight {
  readonly groups: readonly FieldGroup[];
  /** How its fixed fields are written, in order: `planStride` numbers each, the first of which is the field's index. */
  readonly plan: Int32Array;
  /** Its groups of fixed fields, references apart. */
  readonly fixedGroups: number;
  /** Its fixed fields except references: bit i is the type's fixed field i. */
  readonly fixedBits: number;
  /** Its blob fields: bit i is the type's blob field i. */
  readonly blobBits: number;
  readonly refs: readonly RefField[];
  /** Groups of references. */
  readonly refGroups: number;
}

/** What both ends of a snapshot know of an entity type. */
export interface TypeLayout {
  readonly type: CompiledEntity;
  /** The different ones that there are; the first is that of those who are merely near. */
  readonly sights: readonly Sight[];
  /** Index of a sight by relation (16 entries). */
  readonly sightOf: Uint8Array;
  /** Some field that is not static names an entity. */
  readonly hasRefs: boolean;
  /** How the fixed field is coded: `coded*`. */
  readonly coding: Uint8Array;
  readonly bits: Uint8Array;
  /** 1: quanta are two's complement. */
  readonly signed: Uint8Array;
  /** 2^bits for a field that wraps round, else 0. */
  readonly turn: Int32Array;
  /** Place among the predicted fields, -1: no prediction. */
  readonly predicted: Int8Array;
  /** 1 where the field holds an entity. */
  readonly isRef: Uint8Array;
  /** Bytes of an enter, those of blobs apart. */
  readonly fixedBytes: number;
  /** Some field has an audience, so that a viewer's relation is told when the entity enters. */
  readonly hasAudiences: boolean;
  /** Where the type's fixed fields begin in the table of adaptive codes. */
  readonly riceBase: number;
}

/** The layouts of a room's types and the largest counts among them, for tables that all types share. */
export interface RoomLayout {
  readonly types: readonly TypeLayout[];
  readonly fixedMax: number;
  readonly predictedMax: number;
  readonly blobMax: number;
  readonly refMax: number;
  readonly sightMax: number;
  readonly riceFields: number;
  /** Bits of a type's index on the wire. */
  readonly typeBits: number;
}

/** @param room the wire description. */
export function layoutRoom(room: CompiledRoom): RoomLayout {
  let riceFields = 0;
  const types = room.entities.map((type) => {
    const layout = layoutType(type, riceFields);
    riceFields += type.fixed.length;
    return layout;
  });
  return {
    types,
    fixedMax: Math.max(0, ...types.map((layout) => layout.type.fixed.length)),
    predictedMax: Math.max(0, ...types.map((layout) => countPredicted(layout))),
    blobMax: Math.max(0, ...types.map((layout) => layout.type.blobs.length)),
    refMax: Math.max(0, ...types.map((layout) => refFields(layout.type).length)),
    sightMax: Math.max(1, ...types.map((layout) => layout.sights.length)),
    riceFields,
    typeBits: types.length <= 1 ? 0 : 32 - Math.clz32(types.length - 1),
  };
}

function layoutType(type: CompiledEntity, riceBase: number): TypeLayout {
  const { fixed } = type;
  let predicted = 0;
  const masks = [...new Set([type.maskByRelation[1]!, ...type.maskByRelation])];
  return {
    type,
    sights: masks.map((mask) => sightOf(type, mask, riceBase)),
    sightOf: Uint8Array.from(type.maskByRelation, (mask) => masks.indexOf(mask)),
    hasRefs: refFields(type).length > 0,
    coding: Uint8Array.from(fixed, codingOf),
    bits: Uint8Array.from(fixed, (field) => field.fixed!.bits),
    signed: Uint8Array.from(fixed, (field) => (field.fixed!.signed ? 1 : 0)),
    turn: Int32Array.from(fixed, (field) => (field.fixed!.wraps ? 2 ** field.fixed!.bits : 0)),
    predicted: Int8Array.from(fixed, (field) => (isPredicted(field) ? predicted++ : -1)),
    isRef: Uint8Array.from(fixed, (field) => (field.isRef ? 1 : 0)),
    fixedBytes: 4 + Math.ceil(fixed.reduce((bits, field) => bits + field.fixed!.bits, 0) / 8),
    hasAudiences: type.fields.some((field) => field.audience !== "near"),
    riceBase,
  };
}

function isPredicted(field: CompiledField): boolean {
  return field.predicted && !field.isStatic;
}

function countPredicted(layout: TypeLayout): number {
  return layout.predicted.reduce((count, place) => Math.max(count, place + 1), 0);
}

/** Indices among the fixed fields of those that name an entity and are not static. */
function refFields(type: CompiledEntity): number[] {
  return [...type.fixed.keys()].filter((f) => type.fixed[f]!.isRef && !type.fixed[f]!.isStatic);
}

function sightOf(type: CompiledEntity, visible: number, riceBase: number): Sight {
  const groups = groupsOf(type, visible);
  const plan: number[] = [];
  const places = refFields(type);
  const refs: RefField[] = [];
  let fixedBits = 0;
  let blobBits = 0;
  let refGroups = 0;
  let fixedGroups = 0;
  for (const [group, { fixed, blob }] of groups.entries()) {
    if (blob >= 0) blobBits |= 1 << blob;
    for (const f of fixed) {
      const field = type.fixed[f]!;
      const { bits, wraps } = field.fixed!;
      const line = isPredicted(field) ? 1 : 0;
      const turn = wraps ? 2 ** bits : 0;
      plan.push(f, 1 << group, codingOf(field), bits, turn, line, (riceBase + f) * riceAges, 0);
      if (field.isRef) {
        refs.push({ group, field: f, place: places.indexOf(f) });
        refGroups |= 1 << group;
      } else {
        fixedBits |= 1 << f;
        fixedGroups |= 1 << group;
      }
    }
  }
  return { groups, plan: Int32Array.from(plan), fixedGroups, fixedBits, blobBits, refs, refGroups };
}

/** Positions that the same viewers see move together; every other field is a group of its own. */
function groupsOf(type: CompiledEntity, visible: number): FieldGroup[] {
  const groups: FieldGroup[] = [];
  const positions: number[] = [];
  let mask = 0;
  for (const [index, field] of type.fixed.entries()) {
    if (field.isStatic || ((visible >>> field.index) & 1) === 0) continue;
    if (field.predicted) {
      positions.push(index);
      mask |= 1 << field.index;
    } else {
      groups.push({ mask: 1 << field.index, fixed: [index], blob: -1 });
    }
  }
  if (positions.length > 0) groups.unshift({ mask, fixed: positions, blob: -1 });
  for (const [blob, field] of type.blobs.entries()) {
    if (field.isStatic || ((visible >>> field.index) & 1) === 0) continue;
    groups.push({ mask: 1 << field.index, fixed: [], blob });
  }
  return groups;
}

function codingOf(field: CompiledField): number {
  if (field.isRef) return codedRef;
  const { kind } = field.spec;
  const isWord = kind === "enum" || kind === "bool" || kind === "float" || kind === "optional";
  return isWord || field.fixed!.bits <= 3 ? codedRaw : codedResidual;
}

/**
 * Where a predicted field is expected at a tick, from the last two values sent: on the straight line through them, unless
 * the silence since was longer than the pause before (then it stood still, as far as anyone knows).
 *
 * @param gap ticks between the two values, 0 when there is only one; @param since ticks since the last.
 */
export function predict(last: number, before: number, gap: number, since: number): number {
  if (gap === 0 || since > gap) return last;
  if (since === gap) return (2 * last - before) | 0;
  return (last + Math.trunc(((last - before) * since) / gap)) | 0;
}

/** The difference of two quanta, the shorter way round where they wrap. */
export function difference(value: number, from: number, turn: number): number {
  const plain = (value - from) | 0;
  if (turn === 0) return plain;
  const half = turn >> 1;
  return ((plain + half) & (turn - 1)) - half;
}

/** What `difference` took away. */
export function restored(from: number, residual: number, turn: number): number {
  const plain = (from + residual) | 0;
  return turn === 0 ? plain : plain & (turn - 1);
}

/** Whether an update follows closely enough on the two before it that a line is drawn through them. */
export function isChainedUpdate(gap: number, since: number, stride: number): boolean {
  const most = chainedSends * stride;
  return gap > 0 && gap <= most && since <= most;
}
