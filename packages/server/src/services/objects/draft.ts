import type { Transaction } from "kysely";
import type { Tables } from "../../ports/tables/tables.ts";
import type { Place, StoredObject } from "./rules.ts";
import * as queries from "./store.ts";

/**
 * What a batch makes of the objects that it names: read at once, changed one after the other in memory, and written at
 * once. A round trip for each would take most of a batch's time where the database is another machine.
 */
export class Draft {
  readonly #tx: Transaction<Tables>;
  readonly #objects: Map<string, StoredObject>;
  /** By place, what is to be written: the value as JSON. */
  readonly #written = new Map<string, string>();
  readonly #deleted = new Map<string, Place>();
  /** Whose objects were counted, with what this batch has made of them; undefined: there is no such account. */
  readonly #counts = new Map<string, number | undefined>();
  /** By owner, objects made less those deleted. */
  readonly #more = new Map<string, number>();

  private constructor(tx: Transaction<Tables>, found: readonly StoredObject[]) {
    this.#tx = tx;
    this.#objects = new Map(found.map((object) => [nameOf(object), object]));
  }

  static async of(tx: Transaction<Tables>, places: readonly Place[]): Promise<Draft> {
    const distinct = new Map(places.map((place) => [nameOf(place), place]));
    return new Draft(tx, await queries.findObjects(tx, [...distinct.values()]));
  }

  get(place: Place): StoredObject | undefined {
    return this.#objects.get(nameOf(place));
  }

  /** How many objects an account has by now; undefined where there is no such account. */
  async countOf(owner: string): Promise<number | undefined> {
    if (!this.#counts.has(owner)) {
      const { isThere, objects } = await queries.lookAtOwner(this.#tx, owner);
      this.#counts.set(owner, isThere ? objects : undefined);
    }
    const count = this.#counts.get(owner);
    return count === undefined ? undefined : count + (this.#more.get(owner) ?? 0);
  }

  /** @param json its value */
  put(object: Omit<StoredObject, "value">, json: string): void {
    const name = nameOf(object);
    if (!this.#objects.has(name)) this.#add(object.owner, 1);
    this.#objects.set(name, { ...object, value: JSON.parse(json) as StoredObject["value"] });
    this.#written.set(name, json);
    this.#deleted.delete(name);
  }

  delete(place: Place): void {
    const name = nameOf(place);
    if (!this.#objects.delete(name)) return;
    this.#add(place.owner, -1);
    this.#written.delete(name);
    this.#deleted.set(name, place);
  }

  /** Writes all that has changed. */
  async save(): Promise<void> {
    const puts = [...this.#written].map(([name, json]) => ({
      object: this.#objects.get(name)!,
      json,
    }));
    if (puts.length > 0) await queries.putObjects(this.#tx, puts);
    if (this.#deleted.size > 0) await queries.deleteObjects(this.#tx, [...this.#deleted.values()]);
  }

  #add(owner: string, objects: number): void {
    this.#more.set(owner, (this.#more.get(owner) ?? 0) + objects);
  }
}

/** None of its parts may hold a space. */
function nameOf({ owner, collection, key }: Place): string {
  return `${owner} ${collection} ${key}`;
}
