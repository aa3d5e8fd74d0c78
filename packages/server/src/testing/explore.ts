import fc from "fast-check";
import {
  DescribedApi,
  type Caller,
  type GeneratedAnswer,
  type GeneratedRequest,
} from "./described-api.ts";

export interface Exploration {
  /** An OpenAPI document, as `/openapi.json` gives it. */
  readonly document: unknown;
  readonly callers: readonly Caller[];
  /** Requests for each operation. */
  readonly runs: number;
  readonly send: (request: GeneratedRequest) => Promise<GeneratedAnswer>;
  /** Values to take most of the time for a member of a caller's input, asked for anew each time. */
  readonly known?: (
    operationId: string,
    member: string,
    caller: Caller,
  ) => (() => unknown) | undefined;
  /** Whether a caller has a use for an operation; those who have none ask seldom. Default: all have. */
  readonly suits?: (operationId: string, caller: Caller) => boolean;
  /** Whether a caller may do what a request asks for, as far as the document does not say it; asked before it is sent. */
  readonly isAllowed?: (request: GeneratedRequest) => boolean;
  readonly seed?: number;
}

/** How many requests an operation got, and how many of them it served. */
export interface Share {
  asked: number;
  served: number;
}

/**
 * Asks for every operation of a document, in every role, well and badly. Rejects with the first answer that is a 5xx, is
 * not as described, or is good for who may not, with the seed to have it again.
 */
export async function explore(exploration: Exploration): Promise<ReadonlyMap<string, Share>> {
  const { document, callers, runs, send, known, isAllowed, seed, suits } = exploration;
  const api = new DescribedApi(document);
  const shares = new Map<string, Share>();
  for (const operationId of api.operationIds) {
    const share: Share = { asked: 0, served: 0 };
    shares.set(operationId, share);
    const knownOf = (member: string, caller: Caller): fc.Arbitrary<unknown> | undefined => {
      const value = known?.(operationId, member, caller);
      return value === undefined ? undefined : fc.nat().map(() => value());
    };
    const requests = api.requests(
      operationId,
      callers,
      knownOf,
      (caller) => suits?.(operationId, caller) ?? true,
    );
    const property = fc.asyncProperty(requests, async (request) => {
      const mayBe = isAllowed?.(request) ?? true;
      const answer = await send(request);
      share.asked++;
      if (answer.status < 400) share.served++;
      const isTooMuch = answer.status < 400 && !mayBe;
      const fault = isTooMuch ? `${request.caller.name} may not` : api.fault(request, answer);
      if (fault !== undefined) {
        const { method, url, body, caller } = request;
        const asked = `${caller.name}: ${method} ${url} ${body ?? ""}`;
        throw new Error(`${operationId}: ${fault}\n${asked}\n${answer.status} ${answer.text}`);
      }
    });
    const settings = { numRuns: runs, includeErrorInReport: true };
    await fc.assert(property, { ...settings, ...(seed === undefined ? {} : { seed }) });
  }
  return shares;
}
