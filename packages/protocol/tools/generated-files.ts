import { readFileSync } from "node:fs";
import { protocolVersion } from "../src/protocol-version.ts";
import { protoFile } from "./proto-file.ts";
import { errorsPage, limitsPage, page, recordedBytes } from "./reference-pages.ts";

const template = (name: string): string =>
  page(readFileSync(new URL(`templates/${name}`, import.meta.url), "utf8"));

/** Text of every generated file, by its path from the repository's root. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ["docs/reference/errors.md", errorsPage()],
    ["docs/reference/limits.md", limitsPage()],
    ["docs/reference/protocol.md", template("protocol.md")],
    ["docs/reference/protocol-quick.md", template("protocol-quick.md")],
    ["packages/protocol/realmwright.proto", protoFile()],
    [`test/conformance/recorded/${protocolVersion}.json`, recordedBytes()],
  ]);
}
