import { RealmError } from "@realmwright/protocol";
import { z } from "zod";
import { authorize } from "../auth/authorize.ts";
import { operation, type AnyOperation, type Call } from "../services/operation.ts";

const id = z.string().regex(/^c\d{1,4}$/u);
const name = z.string().min(1).max(20);
const counter = z.object({ id, name, value: z.int(), owner: z.string() });

type Counter = z.infer<typeof counter> & { readonly secret: string };

/** So many counters there are at most; the oldest goes for the newest. */
const COUNTERS_MAX = 50;

/** A small real service: counters that belong to accounts. Its owner alone reads and changes one. */
export class Counters {
  readonly #all = new Map<string, Counter>();
  readonly #done = new Map<string, Counter>();
  #made = 0;

  get ids(): readonly string[] {
    return [...this.#all.keys()];
  }

  ownerOf(id: string): string | undefined {
    return this.#all.get(id)?.owner;
  }

  add(owner: string, name: string, value = 0): Counter {
    const counter = { id: `c${this.#made++ % 10_000}`, name, value, owner, secret: "hush" };
    this.#all.set(counter.id, counter);
    const [oldest] = this.#all.keys();
    if (this.#all.size > COUNTERS_MAX && oldest !== undefined) this.#all.delete(oldest);
    return counter;
  }

  /** The counter, if the caller may. */
  #own(call: Call, action: "objects.read" | "objects.write", id: string): Counter {
    const counter = this.#all.get(id);
    authorize(call.subject, action, { owner: counter?.owner ?? call.subject!.account });
    if (counter === undefined) throw new RealmError("NOT_FOUND");
    return counter;
  }

  operations(): AnyOperation[] {
    return [
      operation({
        name: "counters.create",
        action: "objects.write",
        route: { method: "POST", path: "/counters", status: 201 },
        aliases: [{ method: "POST", path: "/counter/new", status: 201 }],
        summary: "Makes a counter.",
        input: z.strictObject({ name, start: z.int().min(-10).max(10).default(0) }),
        output: counter,
        errors: [],
        takesKey: true,
        example: { input: { name: "wins", start: 3 } },
        run: async ({ subject, idempotencyKey }, { name, start }) => {
          const key = `${subject!.account} ${idempotencyKey}`;
          const known = idempotencyKey === undefined ? undefined : this.#done.get(key);
          const counter = known ?? this.add(subject!.account, name, start);
          if (idempotencyKey !== undefined) this.#done.set(key, counter);
          return counter;
        },
      }),
      operation({
        name: "counters.list",
        action: "objects.read",
        route: { method: "GET", path: "/counters" },
        summary: "Lists the caller's counters.",
        input: z.strictObject({
          limit: z.int().min(1).max(100).default(10),
          named: z.array(name).max(4).optional(),
          isDown: z.boolean().optional(),
        }),
        output: z.object({ items: z.array(counter) }),
        errors: [],
        run: async ({ subject }, { limit, named, isDown = false }) => {
          const all = [...this.#all.values()].filter(({ owner }) => owner === subject!.account);
          const items = all.filter((counter) => named?.includes(counter.name) ?? true);
          return { items: (isDown ? items.reverse() : items).slice(0, limit) };
        },
      }),
      operation({
        name: "counters.read",
        action: "objects.read",
        route: { method: "GET", path: "/counters/:id" },
        summary: "Reads a counter.",
        input: z.strictObject({ id }),
        in: { id: "path" },
        output: counter,
        errors: ["NOT_FOUND"],
        run: async (call, { id }) => this.#own(call, "objects.read", id),
      }),
      operation({
        name: "counters.add",
        action: "objects.write",
        route: { method: "POST", path: "/counters/:id/add" },
        summary: "Adds to a counter.",
        input: z.strictObject({
          id,
          by: z.int().min(-100).max(100),
          note: z.json().optional(),
          quiet: z.boolean().optional(),
        }),
        in: { quiet: "query" },
        output: counter,
        errors: ["NOT_FOUND"],
        run: async (call, { id, by }) => {
          const counter = this.#own(call, "objects.write", id);
          counter.value += by;
          return counter;
        },
      }),
      operation({
        name: "counters.remove",
        action: "objects.write",
        route: { method: "DELETE", path: "/counters/:id", status: 204 },
        summary: "Removes a counter.",
        input: z.strictObject({ id }),
        output: z.undefined(),
        errors: ["NOT_FOUND"],
        run: async (call, { id }) => void this.#all.delete(this.#own(call, "objects.write", id).id),
      }),
      operation({
        name: "counters.reset",
        action: "objects.manage",
        route: { method: "PUT", path: "/counters/:id" },
        summary: "Sets anyone's counter.",
        input: z.strictObject({ id, value: z.int().min(0).max(9) }),
        output: counter,
        errors: ["NOT_FOUND"],
        run: async (_call, { id, value }) => {
          const counter = this.#all.get(id);
          if (counter === undefined) throw new RealmError("NOT_FOUND");
          counter.value = value;
          return counter;
        },
      }),
      operation({
        name: "counters.count",
        action: "server.read",
        route: { method: "GET", path: "/counters/count" },
        summary: "Says how many counters there are.",
        input: z.strictObject({}),
        output: z.object({ count: z.int().min(0).max(COUNTERS_MAX), asker: z.string().nullable() }),
        errors: [],
        run: async ({ subject }) => ({
          count: this.#all.size,
          asker: subject?.account ?? null,
        }),
      }),
    ];
  }
}
