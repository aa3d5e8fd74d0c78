import { errors } from "../src/errors.ts";
import { messageSpecs } from "../src/messages/message.ts";
import {
  idNumber,
  type Columns,
  type ColumnType,
  type MessageSpec,
} from "../src/messages/table.ts";
import { protocolVersion } from "../src/protocol-version.ts";

/** `realmwright.proto`: what the binary encoding says, for programs that read Protobuf. */
export function protoFile(): string {
  const parts = [
    `// Generated from the message tables by tools/generate-docs.ts. Do not edit.`,
    `// Protocol version ${protocolVersion}. See docs/reference/protocol.md.`,
    "",
    'syntax = "proto3";',
    "",
    `package realmwright.v${protocolVersion};`,
    "",
    packet("client"),
    packet("server"),
    ...messageSpecs.flatMap((spec) => [
      ...innerTypes(spec.columns, messageName(spec)),
      message(spec),
    ]),
    errorCodes(),
  ];
  return parts.join("\n");
}

/** The name of a message in the .proto file. */
function messageName(spec: MessageSpec): string {
  const name = capital(spec.type);
  const isRequest = spec.from.length === 1 && spec.from[0] === "client";
  const hasTwo = messageSpecs.filter((other) => other.type === spec.type).length > 1;
  return isRequest && hasTwo ? `${name}Request` : name;
}

function packet(sender: "client" | "server"): string {
  const lines = messageSpecs
    .filter((spec) => spec.from.includes(sender))
    .toSorted((a, b) => a.number - b.number)
    .map((spec) => `  repeated ${messageName(spec)} ${snake(spec.type)} = ${spec.number};`);
  return [
    `// What a ${sender} sends. A WebSocket message is a sequence of these fields: read them one by one,`,
    "// since their order is the order of the messages.",
    `message ${capital(sender)}Packet {`,
    ...lines,
    "}",
    "",
  ].join("\n");
}

function message(spec: MessageSpec): string {
  const name = messageName(spec);
  return [
    `// ${spec.about.replaceAll("`", "")}`,
    `message ${name} {`,
    ...fields(spec.columns, name),
    "  // repeated in the answer",
    `  optional uint32 id = ${idNumber};`,
    "}",
    "",
  ].join("\n");
}

function fields(columns: Columns, owner: string): string[] {
  return Object.entries(columns)
    .filter(([, column]) => column.only !== "readable")
    .flatMap(([key, { n, type, optional, about }]) => {
      const repeated = type.kind === "records";
      const label = repeated ? "repeated " : optional && type.kind !== "record" ? "optional " : "";
      const note = type.kind === "json" ? `JSON text: ${about}` : about;
      const lines = [
        `  // ${note.replaceAll("`", "")}`,
        `  ${label}${protoType(type, owner, key)} ${snake(key)} = ${n};`,
      ];
      if (type.kind !== "code") return lines;
      return [
        ...lines,
        `  // a game's own code`,
        `  optional string own_${snake(key)} = ${type.own};`,
      ];
    });
}

function innerTypes(columns: Columns, owner: string): string[] {
  return Object.entries(columns).flatMap(([key, { type }]) => {
    if (type.kind === "record" || type.kind === "records") {
      return [[`message ${type.name} {`, ...fields(type.columns, type.name), "}", ""].join("\n")];
    }
    if (type.kind !== "word") return [];
    const name = enumName(owner, key);
    const words = type.words.map(
      (word, i) => `  ${snake(name).toUpperCase()}_${upper(word)} = ${i};`,
    );
    return [[`enum ${name} {`, ...words, "}", ""].join("\n")];
  });
}

const enumName = (owner: string, key: string): string => `${owner}${capital(key)}`;

function protoType(type: ColumnType, owner: string, key: string): string {
  switch (type.kind) {
    case "uint":
      return type.max > 0xffff_ffff ? "uint64" : "uint32";
    case "int":
      return "sint32";
    case "number":
      return "double";
    case "bool":
      return "bool";
    case "text":
    case "json":
      return "string";
    case "word":
      return enumName(owner, key);
    case "code":
      return "ErrorCode";
    case "name":
      return "uint32";
    case "data":
    case "bytes":
      return "bytes";
    case "record":
    case "records":
      return type.name;
  }
}

function errorCodes(): string {
  const lines = Object.entries(errors)
    .toSorted(([, a], [, b]) => a.number - b.number)
    .map(([code, { number }]) => `  ERROR_${code} = ${number};`);
  return [
    "// The catalogue: docs/reference/errors.md",
    "enum ErrorCode {",
    "  ERROR_NONE = 0;",
    ...lines,
    "}",
    "",
  ].join("\n");
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const snake = (word: string): string =>
  word.replaceAll(/(?<=[a-z0-9])[A-Z]/gu, "_$&").toLowerCase();
const upper = (word: string): string => word.replaceAll("-", "_").toUpperCase();
