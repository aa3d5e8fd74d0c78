import { limits, type Problem } from "@realmwright/protocol";
import type { FastifyRequest } from "fastify";
import type { z } from "zod";
import { checkDepth, invalidInput, kindOf, pointerTo } from "../services/checked-input.ts";
import type { AnyOperation, Route } from "../services/operation.ts";

/** Where HTTP has a member of an operation's input. */
export type Place = "path" | "query" | "body";

/** Where a route has each member. Throws TypeError when path and declaration do not fit. */
export function placesOf(operation: AnyOperation, route: Route): ReadonlyMap<string, Place> {
  const inPath = new Set([...route.path.matchAll(/:(\w+)/gu)].map((of) => of[1] as string));
  const places = new Map<string, Place>();
  for (const name of Object.keys(operation.input.shape)) {
    const declared = operation.in?.[name];
    const usual = route.method === "GET" ? "query" : "body";
    if (declared === "path" && !inPath.has(name)) throw misfit(operation, route, name);
    places.set(name, inPath.delete(name) ? "path" : (declared ?? usual));
  }
  const [stranger] = inPath;
  if (stranger !== undefined) throw misfit(operation, route, stranger);
  return places;
}

/** The input of a request, not checked by its schema. Throws `REQUEST_INVALID` for members in the wrong place, or `MESSAGE_MALFORMED`. */
export function readInput(
  operation: AnyOperation,
  places: ReadonlyMap<string, Place>,
  request: FastifyRequest,
): Record<string, unknown> {
  // a prototype of its own would be a way in for names like "__proto__"
  const raw = Object.create(null) as Record<string, unknown>;
  const body = request.body ?? {};
  if (typeof body !== "object" || Array.isArray(body)) {
    throw invalidInput([{ path: "", expected: "an object", got: kindOf(body) }]);
  }
  checkDepth(body, limits.jsonDepth.value);
  const sources: [Place, Record<string, unknown>][] = [
    ["path", request.params as Record<string, unknown>],
    ["query", request.query as Record<string, unknown>],
    ["body", body as Record<string, unknown>],
  ];
  for (const [place, values] of sources) {
    for (const [name, value] of Object.entries(values)) {
      if (places.get(name) !== place) throw invalidInput([stranger(name, place)]);
      const schema = operation.input.shape[name] as z.ZodType;
      raw[name] = place === "body" ? value : fromText(schema, value);
    }
  }
  return raw;
}

function misfit({ name }: AnyOperation, { path }: Route, member: string): TypeError {
  return new TypeError(`Operation ${name}: ${path} and the input differ about "${member}"`);
}

function stranger(name: string, place: Place): Problem {
  return { path: pointerTo([name]), expected: "nothing", got: `a member in the ${place}` };
}

/** Texts of path and query become what the schema wants, if they are exactly that. */
function fromText(schema: z.ZodType, value: unknown): unknown {
  const wanted = plain(schema);
  if (wanted.def.type === "array") {
    const { element } = wanted as z.ZodArray<z.ZodType>;
    const list: unknown[] = Array.isArray(value) ? value : [value];
    return list.map((item) => fromText(element, item));
  }
  if (typeof value !== "string") return value;
  if (wanted.def.type === "number" && /^-?\d{1,16}(?:\.\d{1,16})?$/u.test(value)) {
    return Number(value);
  }
  if (wanted.def.type === "boolean" && /^(?:true|false)$/u.test(value)) return value === "true";
  return value;
}

/** Without what is wrapped around a schema and does not change its kind. */
function plain(schema: z.ZodType): z.ZodType {
  const { def } = schema as unknown as { def: { innerType?: z.ZodType; in?: z.ZodType } };
  const inner = def.innerType ?? def.in;
  return inner === undefined ? schema : plain(inner);
}
