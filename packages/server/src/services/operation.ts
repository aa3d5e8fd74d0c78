import type { ErrorCode } from "@realmwright/protocol";
import type { z } from "zod";
import type { Action } from "../auth/authorize.ts";
import type { Subject } from "../auth/subject.ts";

/** Where HTTP finds an operation. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** A path of the router, with `:name` for each parameter that is in the path: "/stats/:game/:player". */
  readonly path: string;
  /** Of a good answer: 200 (the default), 201, 202, or 204 where the output is empty. */
  readonly status?: 200 | 201 | 202 | 204;
}

/** Who asks for an operation, and how. */
export interface Call {
  /** undefined: nobody has authenticated. */
  readonly subject: Subject | undefined;
  /** IP address of the client. */
  readonly address: string;
  /** Chosen by the client: the same work asked for twice with it is done once. */
  readonly idempotencyKey?: string;
}

/** How often a caller may ask for an operation. */
export interface Throttle {
  /** In the long run, and at once. */
  readonly perMinute: number;
  /** By account: of callers without one, by address. */
  readonly by: "address" | "account";
}

/** One thing that a service does, declared once; served as HTTP route and as realtime rpc alike. */
export interface Operation<In extends z.ZodObject, Out extends z.ZodType> {
  /** "accounts.register": the rpc's name and the document's operationId. */
  readonly name: string;
  /** What the caller must be allowed to do; asked before the input is looked at, and by `run` again where it depends on an owner. */
  readonly action: Action;
  readonly route: Route;
  /** Other paths for the same thing, as seeds have them. */
  readonly aliases?: readonly Route[];
  /** One sentence. */
  readonly summary: string;
  /** A strict object: parameters of path and query and the body's members together. */
  readonly input: In;
  /** Where HTTP has members of the input; the others are in the query of a GET, else in the body. */
  readonly in?: Readonly<Partial<Record<keyof z.input<In> & string, "path" | "query">>>;
  readonly output: Out;
  /** What it refuses by itself, besides what every operation may answer. */
  readonly errors: readonly ErrorCode[];
  readonly throttle?: Throttle;
  /** It heeds `Call.idempotencyKey`. */
  readonly takesKey?: boolean;
  /** It gives, takes or ends a login, and is asked over HTTP alone. Default: also by sessions, as `rpc`. */
  readonly over?: "http";
  /** Values that the documents show. */
  readonly example?: { readonly input?: z.input<In>; readonly output?: z.output<Out> };
  /** Rejects with the catalogue's errors; whatever else it throws is our own fault. */
  run(call: Call, input: z.output<In>): Promise<z.input<Out>>;
}

/** An operation among others. Whoever runs it has checked the input by its schema. */
export type AnyOperation = Operation<z.ZodObject, z.ZodType>;

/** Declares an operation; types of input and output are inferred. */
export function operation<In extends z.ZodObject, Out extends z.ZodType>(
  declared: Operation<In, Out>,
): Operation<In, Out> {
  return declared;
}
