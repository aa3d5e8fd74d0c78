import { XMLParser } from "fast-xml-parser";
import { TiledError } from "./errors.ts";
import type { TiledLimits } from "./limits.ts";

/** An element of an XML file. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The text directly inside, joined. */
  readonly text: string;
}

const NESTING_MAX = 64;
const TEXT = "#text";
const CDATA = "#cdata";
const ATTRIBUTES = ":@";
const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);

/**
 * The root element of an XML file. Document types, and with them entities of the file's own, are refused;
 * the five predefined entities and character references are resolved.
 */
export function parseXml(source: string, where: string, limits: TiledLimits): XmlElement {
  if (/<!DOCTYPE/i.test(source)) {
    throw new TiledError("invalid", where, "document types (DOCTYPE) are not allowed");
  }
  if (countElements(source) > limits.elementsMax) {
    throw new TiledError("too-large", where, `more than ${limits.elementsMax} XML elements`);
  }
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    parseTagValue: false,
    trimValues: false,
    processEntities: false,
    cdataPropName: CDATA,
    ignoreDeclaration: true,
    ignorePiTags: true,
    maxNestedTags: NESTING_MAX,
  });
  let nodes: unknown;
  try {
    nodes = parser.parse(source, true);
  } catch (error) {
    throw new TiledError("invalid", where, "is not well-formed XML", error);
  }
  const roots = readNodes(nodes, where).children;
  if (roots.length !== 1) throw new TiledError("invalid", where, "has no single root element");
  return roots[0]!;
}

function countElements(source: string): number {
  let count = 0;
  for (let at = source.indexOf("<"); at >= 0; at = source.indexOf("<", at + 1)) {
    if (source.charCodeAt(at + 1) !== 47 /* / */) count++;
  }
  return count;
}

/** The parser gives each node as `{ [name]: children, ":@": attributes }`, text as `{ "#text": string }`. */
function readNodes(nodes: unknown, where: string): Pick<XmlElement, "children" | "text"> {
  const children: XmlElement[] = [];
  let text = "";
  for (const node of Array.isArray(nodes) ? (nodes as object[]) : []) {
    let attributes: ReadonlyMap<string, string> = new Map();
    let name = "";
    let content: unknown;
    for (const [key, value] of Object.entries(node) as [string, unknown][]) {
      if (key === ATTRIBUTES) {
        attributes = readAttributes(value, where);
      } else {
        name = key;
        content = value;
      }
    }
    if (name === TEXT) text += resolve(String(content), where);
    else if (name === CDATA) text += rawText(content);
    else if (name !== "") children.push({ name, attributes, ...readNodes(content, where) });
  }
  return { children, text };
}

function rawText(nodes: unknown): string {
  const parts = Array.isArray(nodes) ? (nodes as { [TEXT]?: string }[]) : [];
  return parts.map((part) => part[TEXT] ?? "").join("");
}

function readAttributes(value: unknown, where: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  if (typeof value !== "object" || value === null) return attributes;
  for (const [name, text] of Object.entries(value)) {
    attributes.set(name, resolve(String(text), where));
  }
  return attributes;
}

function resolve(text: string, where: string): string {
  if (!text.includes("&")) return text;
  return text.replaceAll(/&([^;&\s]{0,10});?/g, (reference, body: string) => {
    const resolved = reference.endsWith(";") ? resolveReference(body) : undefined;
    if (resolved === undefined) {
      throw new TiledError("invalid", where, `unknown XML entity "${reference}"`);
    }
    return resolved;
  });
}

function resolveReference(body: string): string | undefined {
  if (!body.startsWith("#")) return PREDEFINED.get(body);
  const hex = /^#x([0-9a-f]+)$/i.exec(body);
  const decimal = /^#([0-9]+)$/.exec(body);
  const code = hex ? Number.parseInt(hex[1]!, 16) : decimal ? Number(decimal[1]!) : Number.NaN;
  const isCharacter = code > 0 && code <= 0x10_ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : undefined;
}
