import type { CompiledEntity } from "@realmwright/protocol/internal";
import type { Seen } from "../game-types.ts";

/** Reads an entity's columns as the game's fields. Subclasses, one per type, have an accessor for each field. */
export class FieldView implements Seen {
  readonly id: number;
  readonly type: string;
  alive = true;
  readonly #numbers: Float64Array;
  readonly #blobs: readonly unknown[];

  constructor(id: number, type: string, numbers: Float64Array, blobs: readonly unknown[]) {
    this.id = id;
    this.type = type;
    this.#numbers = numbers;
    this.#blobs = blobs;
  }

  /** The class of a type's views. */
  static classOf(type: CompiledEntity): typeof FieldView {
    const Class = class extends FieldView {};
    for (const [index, field] of type.fixed.entries()) {
      const { kind } = field.spec;
      const isPlain = kind !== "bool" && kind !== "enum" && kind !== "optional";
      Object.defineProperty(Class.prototype, field.name, {
        enumerable: true,
        get: isPlain
          ? function (this: FieldView): unknown {
              return this.#numbers[index];
            }
          : function (this: FieldView): unknown {
              return field.toGame(this.#numbers[index]!);
            },
      });
    }
    for (const [index, field] of type.blobs.entries()) {
      Object.defineProperty(Class.prototype, field.name, {
        enumerable: true,
        get(this: FieldView): unknown {
          return this.#blobs[index];
        },
      });
    }
    return Class;
  }
}
