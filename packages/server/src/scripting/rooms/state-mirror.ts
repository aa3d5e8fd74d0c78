import { applyPatch, type JsonPatch, type PatchOperation } from "@realmwright/core/internal";
import { RealmError, type Json } from "@realmwright/protocol";

type Fields = Readonly<Record<string, Json>>;

/** Fields of what one player alone sees: behind it stands the account. */
const privatePrefix = "private.";
const versionPath = "/version";

/** A room's own copy of the state that scripts change. */
export class StateMirror {
  #fields: Fields = {};
  #version = 0;
  #shared: Fields | undefined;

  /** How many times the state has changed, as the scripts count. */
  get version(): number {
    return this.#version;
  }

  /** What all members see. The same object until something in it changes. */
  get shared(): Fields {
    this.#shared ??= {
      ...Object.fromEntries(
        Object.entries(this.#fields).filter(([field]) => !field.startsWith(privatePrefix)),
      ),
      version: this.#version,
    };
    return this.#shared;
  }

  /** What one account alone sees; null for nothing. */
  own(account: string): Json {
    const field = privatePrefix + account;
    return Object.hasOwn(this.#fields, field) ? this.#fields[field]! : null;
  }

  /** Every field, as scripts keep it: as JSON text. */
  texts(): readonly (readonly [field: string, text: string])[] {
    return Object.entries(this.#fields).map(([field, value]) => [field, JSON.stringify(value)]);
  }

  /** The state as it was read. */
  replace(fields: Fields, version: number): void {
    this.#fields = fields;
    this.#version = version;
    this.#shared = undefined;
  }

  /** What a script has published. False: the copy is not the state any more, and must be read anew. */
  take(patch: JsonPatch): boolean {
    const version = versionOf(patch);
    if (version !== undefined && version <= this.#version) return true;
    const operations = patch.filter(({ path }) => path !== versionPath);
    // the whole at once is not ours to give: in it is what others do not see
    if (operations.some(({ path }) => path === "")) return false;
    try {
      this.#fields = applyPatch(this.#fields, operations);
    } catch (error) {
      if (error instanceof RealmError) return false;
      throw error;
    }
    const isNext = version === undefined || version === this.#version + 1;
    this.#version = version ?? this.#version;
    this.#shared = undefined;
    return isNext;
  }
}

function versionOf(patch: JsonPatch): number | undefined {
  const operation = patch.find(
    (one): one is PatchOperation & { value: unknown } => one.path === versionPath && "value" in one,
  );
  return typeof operation?.value === "number" ? operation.value : undefined;
}
