import type { Random } from "@realmwright/core";
import { applyPatch, diffJson, type JsonPatch } from "@realmwright/core/internal";
import type { ErrorCode } from "@realmwright/protocol";
import { wireRoom } from "../support/game.ts";
import { refusal } from "../support/reason.ts";
import { isPolluted, same } from "../support/same.ts";
import { Finding, type Outcome, type Target } from "../support/target.ts";
import { mutateTree, treeOf } from "../support/tree.ts";
import { jsonText } from "../support/json-text.ts";
import { structValue } from "../support/values.ts";

const allowed: readonly ErrorCode[] = ["DECODE_INVALID"];
const utf8 = new TextEncoder();
const operations = ["add", "remove", "replace", "move", "test"] as const;

/** The patches by which documents are kept in step. */
export class PatchTarget implements Target {
  readonly name = "patch";
  readonly share = 0.25;
  readonly headersMin = 0.2;

  one(random: Random): Outcome {
    const from = documentOf(random);
    const to = documentOf(random);
    const patch = diffJson(from, to);
    if (random.chance(0.15)) {
      const input = utf8.encode(JSON.stringify([from, patch]));
      if (!same(applyPatch(from, patch), to)) throw new Finding("it leads elsewhere", input);
      return { bytes: input.length, headers: 1, reason: undefined };
    }
    const wild = [...patch, { op: random.pick(operations), path: pathOf(random), value: 1 }];
    const tree = mutateTree(treeOf(wild), random, treeOf(from));
    const text = `[${JSON.stringify(from)},${jsonText(tree, random)}]`;
    const input = utf8.encode(text);
    const reason = feed(text, input);
    return { bytes: input.length, headers: reason === "no list" ? 0 : 1, reason };
  }

  replay(input: Uint8Array): string | undefined {
    return feed(new TextDecoder().decode(input), input);
  }
}

/** A document and a patch as JSON; text that is none never comes as far as a patch. */
function feed(text: string, input: Uint8Array): string | undefined {
  let parsed: readonly [object, JsonPatch];
  try {
    parsed = JSON.parse(text) as typeof parsed;
  } catch {
    return "no list";
  }
  const [from, patch] = parsed;
  const before = JSON.stringify(from);
  let reason: string | undefined;
  try {
    applyPatch(from, patch);
  } catch (error) {
    reason = refusal(error, allowed, input);
  }
  if (JSON.stringify(from) !== before) throw new Finding("the old document changed", input);
  if (isPolluted()) throw new Finding("a prototype was changed", input);
  return reason;
}

function documentOf(random: Random): Record<string, unknown> {
  const { shared } = wireRoom.documents;
  if (shared === undefined) throw new Error("the room has a shared document");
  return structValue(shared, random);
}

function pathOf(random: Random): string {
  const parts = [
    "phase",
    "scores",
    "0",
    "1",
    "99",
    "-",
    "name",
    "01",
    "~2",
    "__proto__",
    "",
    "a~1b",
  ];
  let path = "";
  for (let i = random.integer(0, 3); i > 0; i--) path += `/${random.pick(parts)}`;
  return path;
}
