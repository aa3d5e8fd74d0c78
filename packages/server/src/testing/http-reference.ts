/** Of JSON Schema 2020-12, what our documents use. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

type Content = Readonly<Record<string, { readonly schema: Schema; readonly example?: unknown }>>;

interface Described {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly "x-roles"?: readonly string[];
  readonly "x-rpc": boolean;
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

/** What is read of the document at /openapi.json. */
export interface DescribedApi {
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly described: Described;
}

/** The page docs/reference/http.md, made of the document that a server gives at /openapi.json. */
export function httpReference(api: DescribedApi): string {
  const routes = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      method: method.toUpperCase(),
      path,
      described,
    })),
  );
  const isAlias = ({ described }: Route): boolean => described.operationId.includes(".alias");
  const own = routes.filter((route) => !isAlias(route));
  const aliases = routes.filter(isAlias);
  const tags = [...new Set(own.flatMap(({ described }) => described.tags))].sort();
  const common = commonCodes(own);
  return [
    ...opening(common),
    ...tags.flatMap((tag) => [
      `## ${tag}`,
      "",
      ...own
        .filter(({ described }) => described.tags.includes(tag))
        .flatMap((route) => section(route, aliases, common)),
    ]),
    ...shapes(api),
    "",
  ].join("\n");
}

function opening(common: ReadonlySet<string>): string[] {
  return [
    "# HTTP",
    "",
    "What a server with accounts and scripts offers over HTTP. Made of its `/openapi.json`; `npx vitest run --project unit packages/server/src/http/http-reference -u` writes it. A running server has the same as a page to try it on, at `/docs`. How logins work is in [Accounts](../guide/accounts.md).",
    "",
    "- What is not `over HTTP alone` can also be asked for on a connection, as [`rpc`](protocol.md) by its name.",
    "- A token goes into the header `Authorization: Bearer …`. Bodies and answers are JSON, and a body needs `content-type: application/json`; members that are not named here are refused. `name?` may be left out.",
    "- `Idempotency-Key: …` (1 to 64 visible characters, where it says so): the same work asked for twice with it is done once.",
    "- What goes wrong is told as `application/problem+json`: [Problem](#problem). [Errors](errors.md) says what each code means; 429 and 503 have `Retry-After`.",
    `- Every operation may answer: ${codes(common)}; what needs a token also ${codes(ofTokens)}: no token, a role that may not (each operation says whose it is), or what is wrong with the token.`,
    "- Answers are never cached. Pages of other origins are refused, unless [configured](configuration.md).",
    "",
    "Besides, without a token:",
    "",
    "| path | |",
    "|---|---|",
    "| `GET /livez`, `GET /readyz` | 200 or 503, for [load balancers](../guide/operations.md) |",
    "| `GET /metrics` | figures for Prometheus; from other machines only with the metrics token |",
    "| `GET /openapi.json`, `GET /docs` | this, for programs and for browsers |",
    "| `GET /ws` | the [realtime protocol](protocol.md), as a WebSocket |",
    "",
  ];
}

function section(
  { method, path, described }: Route,
  aliases: readonly Route[],
  common: ReadonlySet<string>,
): string[] {
  const { operationId, summary, parameters, requestBody } = described;
  const others = aliases
    .filter((alias) => alias.described.operationId.startsWith(`${operationId}.alias`))
    .map((alias) => `\`${alias.method} ${alias.path}\``);
  const members = [
    ...parameters
      .filter((parameter) => parameter.in !== "header")
      .map((parameter) => ({ ...parameter, isRequired: parameter.required === true })),
    ...bodyMembers(requestBody?.content),
  ];
  const takesKey = parameters.some(({ name }) => name === "idempotency-key");
  return [
    `### ${method} ${path}`,
    "",
    `${summary} ${callersOf(described)}${takesKey ? " Takes `Idempotency-Key`." : ""}${others.length === 0 ? "" : ` Also ${others.join(", ")}.`}`,
    "",
    `Name: \`${operationId}\`${described["x-rpc"] ? "" : "; over HTTP alone"}.`,
    "",
    ...(members.length === 0
      ? []
      : [
          "| takes | in | type | |",
          "|---|---|---|---|",
          ...members.map(
            ({ name, in: place, isRequired, schema, ...rest }) =>
              `| \`${name}${isRequired ? "" : "?"}\` | ${place} | ${cell(schema)} | ${textOf(rest.description ?? schema.description)} |`,
          ),
          "",
        ]),
    ...exampleOf(requestBody?.content),
    ...answers(described, common),
  ];
}

function bodyMembers(
  content: Content | undefined,
): { name: string; in: string; isRequired: boolean; schema: Schema; description?: string }[] {
  const schema = content?.["application/json"]?.schema;
  return Object.entries(schema?.properties ?? {}).map(([name, member]) => ({
    name,
    in: "body",
    isRequired: schema?.required?.includes(name) === true,
    schema: member,
  }));
}

function exampleOf(content: Content | undefined): string[] {
  const example = content?.["application/json"]?.example;
  return example === undefined ? [] : ["For example:", "", ...jsonBlock(example)];
}

function jsonBlock(value: unknown): string[] {
  return ["```json", JSON.stringify(value, undefined, 2), "```", ""];
}

function callersOf({ security, "x-roles": roles = [] }: Described): string {
  const isOpen = security.length === 0 || security.some((one) => Object.keys(one).length === 0);
  if (isOpen) return "Needs no token.";
  return roles.length === 0 ? "Needs a token." : `For ${roles.join(", ")}.`;
}

function answers({ responses }: Described, common: ReadonlySet<string>): string[] {
  return Object.entries(responses).flatMap(([status, { content }]) => {
    if (Number(status) >= 400) return [];
    const good = content?.["application/json"];
    const answer = `Answers ${status}${good === undefined ? ", with nothing" : `: ${code(good.schema)}`}.`;
    const refusals = codes(
      [...codesOf(responses)].filter((code) => !common.has(code) && !ofTokens.has(code)),
    );
    const own = refusals === "" ? "" : ` Refuses with ${refusals}.`;
    const example = good?.example === undefined ? [] : jsonBlock(good.example);
    return [`${answer}${own}`, "", ...example];
  });
}

const ofTokens: ReadonlySet<string> = new Set([
  "AUTH_REQUIRED",
  "FORBIDDEN",
  "TOKEN_INVALID",
  "TOKEN_EXPIRED",
  "SESSION_ENDED",
  "ACCOUNT_BANNED",
]);

function commonCodes(routes: readonly Route[]): ReadonlySet<string> {
  const [first = new Set<string>(), ...rest] = routes
    .filter(({ method }) => method !== "GET")
    .map(({ described }) => codesOf(described.responses));
  return new Set([...first].filter((code) => rest.every((set) => set.has(code))));
}

function codesOf(responses: Described["responses"]): ReadonlySet<string> {
  const schemas = Object.values(responses).map(
    ({ content }) => content?.["application/problem+json"]?.schema,
  );
  const listed = schemas.flatMap((schema) =>
    (schema?.allOf ?? []).flatMap(({ properties }) => properties?.["code"]?.enum ?? []),
  );
  return new Set(listed.map(String));
}

function codes(some: Iterable<string>): string {
  return [...some]
    .sort()
    .map((code) => `\`${code}\``)
    .join(", ");
}

function shapes({ components }: DescribedApi): string[] {
  return [
    "## Shapes",
    "",
    ...Object.entries(components.schemas).flatMap(([name, schema]) => [
      `### ${name}`,
      "",
      ...(schema.description === undefined ? [] : [schema.description, ""]),
      ...(schema.properties === undefined
        ? [...alternatives(schema), ""]
        : [
            "| member | type | |",
            "|---|---|---|",
            ...Object.entries(schema.properties).map(
              ([member, of]) =>
                `| \`${member}${schema.required?.includes(member) === true ? "" : "?"}\` | ${cell(of)} | ${textOf(of.description)} |`,
            ),
            "",
          ]),
    ]),
  ].slice(0, -1);
}

/** One line for each of several types. */
function alternatives(schema: Schema): string[] {
  const choices = schema.anyOf ?? schema.oneOf;
  return choices === undefined ? [code(schema)] : choices.map((choice) => `- ${code(choice)}`);
}

/** A type within a line. */
function code(schema: Schema): string {
  const text = typeOf(schema);
  // links can not be in code
  return text.includes("](#") ? text : `\`${text}\``;
}

/** A type within a table. */
function cell(schema: Schema): string {
  return code(schema).replaceAll("|", "\\|");
}

/** A schema in the manner of TypeScript, with bounds. */
function typeOf(schema: Schema): string {
  const { $ref, anyOf, oneOf, allOf, enum: values, properties, items } = schema;
  if ($ref !== undefined) {
    const name = $ref.slice($ref.lastIndexOf("/") + 1);
    return `[${name}](#${name.toLowerCase().replaceAll(".", "")})`;
  }
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) return choices.map(typeOf).join(" | ");
  if (allOf !== undefined) return allOf.map(typeOf).join(" & ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(" | ");
  if (properties !== undefined) {
    const members = Object.entries(properties).map(
      ([name, of]) =>
        `${name}${schema.required?.includes(name) === true ? "" : "?"}: ${typeOf(of)}`,
    );
    return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
  }
  if (items !== undefined) return `list of ${typeOf(items)}${upTo("items", 0, schema.maxItems)}`;
  if (schema.type === undefined) return "any JSON";
  return scalar(schema);
}

function scalar(schema: Schema): string {
  const { type, format, minLength, maxLength, minimum, maximum } = schema;
  if (type === "string") {
    return format === undefined ? `text${upTo("characters", minLength, maxLength)}` : format;
  }
  if (type === "integer" || type === "number") {
    const isBounded = maximum !== undefined && Math.abs(maximum) < Number.MAX_SAFE_INTEGER;
    const noun = type === "integer" ? "whole number" : "number";
    return isBounded ? `${noun} (${minimum ?? "…"} to ${maximum})` : noun;
  }
  if (typeof type === "string") return type;
  return (type ?? []).map((one) => typeOf({ ...schema, type: one })).join(" | ");
}

function upTo(unit: string, min: number | undefined, max: number | undefined): string {
  if (max === undefined) return "";
  return ` (${(min ?? 0) > 0 ? `${min} to ${max}` : `at most ${max}`} ${unit})`;
}

function textOf(description: string | undefined): string {
  return (description ?? "").replaceAll("\n", " ").replaceAll("|", "\\|");
}
