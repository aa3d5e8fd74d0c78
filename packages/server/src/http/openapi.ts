import { errors, type ErrorCode } from "@realmwright/protocol";
import type { OpenAPIV3_1 } from "openapi-types";
import { z } from "zod";
import { isOpen, rolesFor } from "../auth/authorize.ts";
import type { AnyOperation, Route } from "../services/operation.ts";
import { placesOf, type Place } from "./operation-input.ts";
import { tokenRefusals } from "./operations.ts";

type Json = Readonly<Record<string, unknown>>;

/** Of JSON Schema 2020-12, what is looked into here. */
interface Schema extends Json {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/** Paths that stand in a seed and lead to an operation that has another path too. */
const seedTag = "other paths";

const problemSchema: Schema = {
  type: "object",
  description: "What went wrong, as RFC 9457 tells it.",
  properties: {
    type: { type: "string", const: "about:blank" },
    title: { type: "string", description: "Safe to show to anyone." },
    status: { type: "integer" },
    code: { type: "string", description: "The catalogue's name of it." },
    action: {
      type: "string",
      description: "What to do about it.",
      enum: ["fix", "retry", "reauthenticate", "reconnect", "give-up"],
    },
    retryAfterMs: { type: "number", minimum: 0 },
    problems: {
      type: "array",
      items: {
        type: "object",
        properties: {
          path: { type: "string", description: "JSON pointer (RFC 6901) into the input." },
          expected: { type: "string" },
          got: { type: "string" },
        },
        required: ["path", "expected", "got"],
      },
    },
    refusal: {
      type: "object",
      description: "Of SCRIPT_REFUSED: the script's own code and text.",
      properties: { code: { type: "string" }, text: { type: "string" } },
      required: ["code", "text"],
    },
  },
  required: ["type", "title", "status", "code", "action"],
};

/** Describes operations as OpenAPI 3.1. The same operations, in any order, give the same document. */
export function openApiDocument(
  operations: readonly AnyOperation[],
  info: { readonly title: string; readonly version: string; readonly description?: string },
): OpenAPIV3_1.Document {
  const schemas: Record<string, Schema> = { Problem: problemSchema };
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operations) {
    const routes = [operation.route, ...(operation.aliases ?? [])];
    routes.forEach((route, number) => {
      const path = route.path.replaceAll(/:(\w+)/gu, "{$1}");
      const described = describe(operation, route, number, schemas);
      paths[path] = sorted({ ...paths[path], [route.method.toLowerCase()]: described });
    });
  }
  const tags = [...new Set(operations.map(tagOf))].sort().map((name) => ({ name }));
  const hasAliases = operations.some(({ aliases = [] }) => aliases.length > 0);
  const seeds = { name: seedTag, description: "Other paths of operations above." };
  return {
    openapi: "3.1.0",
    info: { ...info },
    servers: [{ url: "/" }],
    tags: hasAliases ? [...tags, seeds] : tags,
    paths: sorted(paths),
    components: {
      schemas: sorted(schemas),
      securitySchemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
    },
    // its types are older than the version that they are of
  } as unknown as OpenAPIV3_1.Document;
}

function describe(
  operation: AnyOperation,
  route: Route,
  number: number,
  schemas: Record<string, Schema>,
): Json {
  const { name, action, example, over, summary } = operation;
  const input = jsonSchema(operation.input, "input", `${name}.input`, schemas);
  const places = placesOf(operation, route);
  const body = bodyOf(operation, input, places);
  const roles = rolesFor(action);
  const callers = roles.length === 0 ? "" : `For ${roles.join(", ")}. `;
  const ways = over === "http" ? "Asked over HTTP alone." : "Connections ask for it by `rpc` too.";
  return {
    operationId: number === 0 ? name : `${name}.alias${number}`,
    summary,
    description: `${callers}${ways}`,
    ...(roles.length === 0 ? {} : { "x-roles": roles }),
    "x-rpc": over !== "http",
    tags: [number === 0 ? tagOf(operation) : seedTag],
    deprecated: false,
    // what is open to anyone is the same with a token as without
    security: isOpen(action) ? [] : [{ bearer: [] }],
    parameters: [...parameters(input, places, example?.input), ...key(operation)],
    ...(body === undefined ? {} : { requestBody: body }),
    responses: {
      ...goodAnswer(operation, route, schemas),
      ...problemAnswers(refusalsOf(operation, route)),
    },
  };
}

/** Everything that an operation may be refused with over HTTP, by status. */
function refusalsOf(operation: AnyOperation, route: Route): readonly [number, ErrorCode][] {
  const codes: ErrorCode[] = [
    "REQUEST_INVALID",
    "MESSAGE_MALFORMED",
    "MESSAGE_TOO_LARGE",
    "HOST_REFUSED",
    "TOO_MANY_CONNECTIONS",
    "INTERNAL",
    "SERVER_DRAINING",
    "SERVER_FULL",
    // whoever has a token is looked up, and most of what is asked for is stored
    "STORE_BUSY",
    "STORE_UNAVAILABLE",
    ...operation.errors,
    ...(route.method === "GET" ? [] : (["ORIGIN_REFUSED"] as const)),
    ...(operation.throttle === undefined ? [] : (["RATE_LIMITED"] as const)),
    ...(isOpen(operation.action) ? [] : (["AUTH_REQUIRED", "FORBIDDEN"] as const)),
    ...(isOpen(operation.action) ? [] : tokenRefusals),
  ];
  const bare = [406, 408, 415, 431].map((status) => [status, "REQUEST_INVALID"] as const);
  const all = [...codes.map((code) => [errors[code].status, code] as const), ...bare];
  return all.map(([status, code]) => [status, code]);
}

function problemAnswers(refusals: readonly [number, ErrorCode][]): Json {
  const byStatus = new Map<number, Set<ErrorCode>>();
  for (const [status, code] of refusals) {
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
  }
  const answers = [...byStatus].map(([status, set]) => {
    const codes = [...set].sort();
    const schema = {
      allOf: [
        { $ref: "#/components/schemas/Problem" },
        { type: "object", properties: { status: { const: status }, code: { enum: codes } } },
      ],
    };
    const isLater = codes.some((code) => errors[code].retryAfterMs !== undefined);
    const wait = { "retry-after": { description: "Seconds.", schema: { type: "integer" } } };
    const answer = {
      description: codes.map((code) => `${code}: ${errors[code].text}`).join("\n\n"),
      ...(isLater ? { headers: wait } : {}),
      content: { "application/problem+json": { schema } },
    };
    return [String(status), answer] as const;
  });
  return sorted(Object.fromEntries<Json>(answers));
}

function goodAnswer(
  operation: AnyOperation,
  { status = 200 }: Route,
  schemas: Record<string, Schema>,
): Json {
  const description = "It is done.";
  if (status === 204) return { 204: { description } };
  const schema = jsonSchema(operation.output, "output", `${operation.name}.output`, schemas);
  const example = operation.example?.output;
  const content = { schema, ...(example === undefined ? {} : { example }) };
  return { [status]: { description, content: { "application/json": content } } };
}

function parameters(
  input: Schema,
  places: ReadonlyMap<string, Place>,
  example: Json | undefined,
): Json[] {
  const required = new Set(input.required);
  return [...places]
    .filter(([, place]) => place !== "body")
    .map(([name, place]) => ({
      name,
      in: place,
      required: required.has(name),
      schema: input.properties?.[name] ?? {},
      ...(example?.[name] === undefined ? {} : { example: example[name] }),
    }));
}

function key({ takesKey = false }: AnyOperation): Json[] {
  const about = "Chosen by the client: the same work asked for twice with it is done once.";
  const schema: Schema = { type: "string", pattern: "^[!-~]+$", minLength: 1, maxLength: 64 };
  const header = { name: "idempotency-key", in: "header", description: about, schema };
  return takesKey ? [header] : [];
}

function bodyOf(
  { example }: AnyOperation,
  input: Schema,
  places: ReadonlyMap<string, Place>,
): Json | undefined {
  const names = [...places].filter(([, place]) => place === "body").map(([name]) => name);
  if (names.length === 0) return undefined;
  const pick = (from: Json): Json =>
    Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]]));
  const required = (input.required ?? []).filter((name) => names.includes(name));
  const schema = {
    type: "object",
    properties: pick(input.properties ?? {}),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
  const shown = example?.input === undefined ? {} : { example: pick(example.input) };
  const content = { "application/json": { schema, ...shown } };
  return { required: required.length > 0, content };
}

/**
 * JSON Schema of a zod schema. What has an id, by `.meta({ id })`, goes among the document's schemas under it, and is
 * referred to; what else it refers to goes there too, below a name of its own.
 */
function jsonSchema(
  schema: z.ZodType,
  io: "input" | "output",
  name: string,
  schemas: Record<string, Schema>,
): Schema {
  const { $schema: _, ...whole } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ jsonSchema: of }) => {
      // that a number is exact says nothing about what it is for
      if (of.minimum === Number.MIN_SAFE_INTEGER) delete of.minimum;
      if (of.maximum === Number.MAX_SAFE_INTEGER) delete of.maximum;
    },
  });
  const nameOf = (part: string): string => (part.startsWith("__") ? `${name}.${part}` : part);
  const self = `"$ref":"#/components/schemas/${name}"`;
  const text = JSON.stringify(whole)
    .replaceAll(/"\$ref":"#\/\$defs\/([^"]+)"/gu, (_ref, part: string) => {
      return `"$ref":"#/components/schemas/${nameOf(part)}"`;
    })
    .replaceAll('"$ref":"#"', self);
  const { $defs = {}, ...own } = JSON.parse(text) as Schema & { $defs?: Record<string, Schema> };
  for (const [part, value] of Object.entries($defs)) share(schemas, nameOf(part), value);
  if (text.includes(self)) share(schemas, name, own);
  return own;
}

function share(schemas: Record<string, Schema>, name: string, whole: Schema): void {
  const { id: _, ...schema } = whole;
  const known = schemas[name];
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema)) {
    throw new Error(`Two schemas are called ${name}.`);
  }
  schemas[name] = schema;
}

/** "accounts" of "accounts.register". */
function tagOf({ name }: AnyOperation): string {
  return name.slice(0, Math.max(0, name.indexOf("."))) || name;
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
