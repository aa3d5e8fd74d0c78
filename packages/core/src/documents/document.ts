import type { DocumentDefinition, Of } from "@realmwright/protocol";
import { limits, RealmError } from "@realmwright/protocol";
import { utf8Length } from "@realmwright/protocol/internal";
import type { DocumentHandle } from "../game/room.ts";
import { cloneJson, freezeJson } from "./json.ts";
import { diffJson, type JsonPatch, type PatchOperation } from "./json-patch.ts";

/** Checks a value against a document's schema and returns it. Throws `RealmError` with problems. */
export type DocumentCheck = (value: unknown) => object;

/** What readers of a document must be told. */
export interface DocumentChange {
  /** The version that `value` is. */
  readonly version: number;
  readonly value: object;
  /** Turns the value of version `version - 1` into this one. */
  readonly patch: JsonPatch;
}

/**
 * A typed document: readers see a frozen value, writers change a draft. Any number of updates between two `takeChange`
 * calls become one version with one patch.
 */
export class SyncedDocument<
  D extends DocumentDefinition = DocumentDefinition,
> implements DocumentHandle<D> {
  readonly #check: DocumentCheck;
  #value: object;
  /** What readers know. */
  #published: object;
  #version: number;

  /** Throws `DOCUMENT_INVALID` when the value does not fit, `LIMIT_REACHED` when it is too large. */
  constructor(check: DocumentCheck, value: object, version = 0) {
    this.#check = check;
    this.#value = this.#checked(value);
    this.#published = this.#value;
    this.#version = version;
  }

  get value(): Readonly<Of<D>> {
    return this.#value as Of<D>;
  }

  /** Rises by one with each change that `takeChange` reports. */
  get version(): number {
    return this.#version;
  }

  /** What readers hold once they have applied every change reported so far. */
  get published(): { readonly version: number; readonly value: object } {
    return { version: this.#version, value: this.#published };
  }

  update(change: (draft: Of<D>) => void): void {
    const draft = cloneJson(this.#value);
    change(draft as Of<D>);
    this.#value = this.#checked(draft);
  }

  /** What changed since the last call, or undefined. A patch longer than the value becomes its replacement. */
  takeChange(): DocumentChange | undefined {
    if (this.#value === this.#published) return undefined;
    const patch = diffJson(this.#published, this.#value);
    if (patch.length === 0) return undefined;
    this.#published = this.#value;
    this.#version++;
    return { version: this.#version, value: this.#value, patch: shorter(patch, this.#value) };
  }

  #checked(value: object): object {
    let checked: object;
    try {
      checked = freezeJson(cloneJson(this.#check(value)));
    } catch (cause) {
      const problems = cause instanceof RealmError ? cause.problems : undefined;
      throw new RealmError(
        "DOCUMENT_INVALID",
        problems === undefined ? { cause } : { cause, problems },
      );
    }
    const bytes = utf8Length(JSON.stringify(checked));
    if (bytes > limits.documentBytes.value) {
      throw new RealmError("LIMIT_REACHED", {
        detail: `a document of ${bytes} bytes exceeds ${limits.documentBytes.value}`,
      });
    }
    return checked;
  }
}

function shorter(patch: PatchOperation[], value: object): JsonPatch {
  const whole: JsonPatch = [{ op: "replace", path: "", value }];
  return JSON.stringify(patch).length <= JSON.stringify(whole).length ? patch : whole;
}
