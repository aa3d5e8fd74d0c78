import fc from "fast-check";
import { z } from "zod";
import { fitting, hostile, type JsonSchema } from "./generated-requests.ts";

/** Of an OpenAPI document, what is read here. */
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

interface DescribedOperation {
  readonly operationId: string;
  readonly "x-roles"?: readonly string[];
  readonly parameters: readonly {
    readonly name: string;
    readonly in: "path" | "query" | "header";
    readonly required?: boolean;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: Media & { readonly required: boolean };
  readonly responses: Readonly<Record<string, Partial<Media>>>;
}

interface Media {
  readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

/** Who asks. */
export interface Caller {
  readonly name: string;
  /** undefined: has not authenticated. */
  readonly role: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** One request, whether meant well or not. */
export interface GeneratedRequest {
  readonly operationId: string;
  readonly caller: Caller;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** "valid" by the document; "broken" by it, so that it must be refused; "odd": whoever knows. */
  readonly kind: "valid" | "broken" | "odd";
  /** Members by name, as they were before they became text. */
  readonly input: Readonly<Record<string, unknown>>;
}

export interface GeneratedAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly text: string;
}

/** Values for a member of a caller's input that are better than any; undefined where there are none. */
type Known = (member: string, caller: Caller) => fc.Arbitrary<unknown> | undefined;

/** An API as its document describes it: requests that fit it or not, and what is wrong with its answers. */
export class DescribedApi {
  readonly #document: Document;
  readonly #operations = new Map<string, DescribedOperation & { path: string; method: string }>();
  readonly #checks = new Map<string, z.ZodType>();

  constructor(document: unknown) {
    this.#document = document as Document;
    for (const [path, methods] of Object.entries(this.#document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        this.#operations.set(operation.operationId, { ...operation, path, method });
      }
    }
  }

  get operationIds(): readonly string[] {
    return [...this.#operations.keys()];
  }

  /** Whether a role may ask for it at all. */
  isFor(operationId: string, role: string | undefined): boolean {
    const roles = this.#operations.get(operationId)?.["x-roles"];
    return roles === undefined || (role !== undefined && roles.includes(role));
  }

  /**
   * Requests for one operation, valid ones and mutated ones, most of them of callers whose role may.
   *
   * @param known values to take most of the time for a caller's member, for example ids of what is there.
   * @param suits whether a caller whose role may has a use for it: those who have none seldom ask.
   */
  requests(
    operationId: string,
    callers: readonly Caller[],
    known: Known = () => undefined,
    suits: (caller: Caller) => boolean = () => true,
  ): fc.Arbitrary<GeneratedRequest> {
    const weighed = callers.map((caller) => ({
      arbitrary: fc.constant(caller),
      weight: this.isFor(operationId, caller.role) && suits(caller) ? 4 * callers.length : 1,
    }));
    return fc.oneof(...weighed).chain((caller) => this.#requestsOf(operationId, caller, known));
  }

  #requestsOf(operationId: string, caller: Caller, known: Known): fc.Arbitrary<GeneratedRequest> {
    const operation = this.#operations.get(operationId)!;
    const model: Record<string, fc.Arbitrary<unknown>> = {};
    const required: string[] = [];
    const add = (name: string, schema: JsonSchema, isRequired: boolean): void => {
      const any = fitting(schema, this.#definitions());
      const usual = known(name, caller);
      model[name] = usual === undefined ? any : fc.oneof({ arbitrary: usual, weight: 15 }, any);
      if (isRequired) required.push(name);
    };
    for (const { name, schema, required: isRequired = false } of operation.parameters) {
      add(name, schema, isRequired);
    }
    const body = operation.requestBody?.content["application/json"]?.schema;
    for (const [name, schema] of Object.entries(body?.properties ?? {})) {
      add(name, schema, body?.required?.includes(name) ?? false);
    }
    const names = Object.keys(model);
    const member = names.length === 0 ? fc.constant("") : fc.constantFrom(...names);
    return fc
      .record({
        input: fc.record(model, { requiredKeys: required }),
        mutation: fc.oneof(
          { arbitrary: fc.constant<Mutation>({ do: "nothing" }), weight: 6 },
          fc.record({ do: fc.constant("replace" as const), member, value: hostile }),
          fc.record({ do: fc.constant("drop" as const), member }),
          fc.record({ do: fc.constant("add" as const), value: hostile }),
          fc.record({ do: fc.constant("text" as const), value: fc.string() }),
        ),
      })
      .map(({ input, mutation }) => write(operation, caller, input, mutation));
  }

  /** What is wrong with an answer, in a sentence; undefined when nothing is. */
  fault(request: GeneratedRequest, answer: GeneratedAnswer): string | undefined {
    const { operationId, caller, kind } = request;
    const { status, contentType = "", text } = answer;
    const isGood = status < 400;
    if (status >= 500) return `it failed with ${status}`;
    if (isGood && !this.isFor(operationId, caller.role)) return `${caller.name} may not do that`;
    if (isGood && kind === "broken") return "it took what does not fit its schema";
    const described = this.#operations.get(operationId)!.responses[String(status)];
    if (described === undefined) return `${status} is not described`;
    const [type, media] = Object.entries(described.content ?? {})[0] ?? [];
    if (type === undefined || media === undefined) return text === "" ? undefined : "it says more";
    if (contentType.split(";")[0] !== type) return `it is ${contentType} and not ${type}`;
    const checked = this.#check(`${operationId} ${status}`, media.schema).safeParse(
      JSON.parse(text),
    );
    return checked.success ? undefined : `it does not fit its schema: ${checked.error.message}`;
  }

  #check(name: string, schema: JsonSchema): z.ZodType {
    let check = this.#checks.get(name);
    if (check === undefined) {
      const { schemas } = this.#document.components;
      const whole = JSON.stringify({ ...schema, $defs: schemas });
      check = z.fromJSONSchema(
        JSON.parse(whole.replaceAll("#/components/schemas/", "#/$defs/")) as Parameters<
          typeof z.fromJSONSchema
        >[0],
      );
      this.#checks.set(name, check);
    }
    return check;
  }

  #definitions(): Record<string, JsonSchema> {
    const { schemas } = this.#document.components;
    return Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [`#/components/schemas/${name}`, schema]),
    );
  }
}

type Mutation =
  | { readonly do: "nothing" }
  | { readonly do: "replace"; readonly member: string; readonly value: unknown }
  | { readonly do: "drop"; readonly member: string }
  | { readonly do: "add"; readonly value: unknown }
  | { readonly do: "text"; readonly value: string };

function write(
  operation: DescribedOperation & { readonly path: string; readonly method: string },
  caller: Caller,
  given: Readonly<Record<string, unknown>>,
  mutation: Mutation,
): GeneratedRequest {
  const { operationId, parameters, requestBody, method } = operation;
  const places = new Map(parameters.map(({ name, in: place }) => [name, place]));
  const required = new Set(parameters.filter((of) => of.required).map(({ name }) => name));
  const bodySchema = requestBody?.content["application/json"]?.schema;
  for (const name of bodySchema?.required ?? []) required.add(name);
  const input: Record<string, unknown> = { ...given };
  let kind: GeneratedRequest["kind"] = mutation.do === "nothing" ? "valid" : "odd";
  if (mutation.do === "replace" && mutation.member in given)
    input[mutation.member] = mutation.value;
  if (mutation.do === "drop" && places.get(mutation.member) !== "path") {
    delete input[mutation.member];
    if (required.has(mutation.member)) kind = "broken";
  }
  const query = new URLSearchParams();
  const body: Record<string, unknown> = {};
  const headers: Record<string, string> = { ...caller.headers };
  let path = operation.path;
  for (const [name, value] of Object.entries(input)) {
    const place = places.get(name);
    if (place === undefined) body[name] = value;
    else if (place === "path") path = path.replace(`{${name}}`, pathPart(value));
    else if (place === "header") headers[name] = asText(value).replaceAll(/[^!-~]/gu, "?");
    else
      for (const each of Array.isArray(value) ? value : [value]) query.append(name, asText(each));
  }
  if (mutation.do === "add") {
    kind = "broken";
    if (requestBody === undefined) query.append("unknown", asText(mutation.value));
    else body["unknown"] = mutation.value;
  }
  let text = requestBody === undefined ? undefined : JSON.stringify(body);
  if (mutation.do === "text" && requestBody?.required === true) text = mutation.value;
  if (text !== undefined) headers["content-type"] = "application/json";
  const url = query.size === 0 ? path : `${path}?${query.toString()}`;
  return { operationId, caller, method, url, headers, body: text, kind, input };
}

/** What is empty or only dots would be another path. */
function pathPart(value: unknown): string {
  const text = asText(value).slice(0, 80).toWellFormed();
  return /^\.*$/u.test(text) ? "_" : encodeURIComponent(text);
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "undefined");
}
