import { TiledError } from "./errors.ts";
import { Fields } from "./fields.ts";
import type { Properties, PropertyValue } from "./tile-map.ts";

/** The custom properties of anything in a map, from the list that the JSON format keeps. */
export function readProperties(owner: Fields, depthMax: number): Properties {
  const properties = new Map<string, PropertyValue>();
  for (const entry of owner.list("properties")) {
    const fields = new Fields(entry, `${owner.where} property`);
    const name = fields.text("name");
    const where = `${owner.where} property "${name}"`;
    refuseName(name, where);
    const value = fields.raw("value");
    properties.set(name, convert(value, fields.text("type", "string"), where, depthMax));
  }
  return properties;
}

function convert(value: unknown, type: string, where: string, depth: number): PropertyValue {
  if (depth <= 0) throw new TiledError("too-large", where, "properties are nested too deeply");
  switch (type) {
    case "int":
    case "object":
      if (Number.isSafeInteger(value)) return value as number;
      break;
    case "float":
      if (typeof value === "number" && Number.isFinite(value)) return value;
      break;
    case "bool":
      if (typeof value === "boolean") return value;
      break;
    case "class":
      return convertMembers(new Fields(value ?? {}, where), where, depth);
    case "list":
      if (!Array.isArray(value)) break;
      return value.map((item: unknown, i) => {
        const fields = new Fields(item, `${where} item ${i}`);
        return convert(fields.raw("value"), fields.text("type", "string"), fields.where, depth - 1);
      });
    case "string":
    case "color":
    case "file":
      if (value === undefined || value === null) return "";
      if (typeof value === "string") return value;
      break;
    default:
      throw new TiledError("unsupported", where, `unknown property type "${type}"`);
  }
  throw new TiledError("invalid", where, `the value is no ${type}`);
}

/** Members of a class carry no types in JSON: each value says by itself what it is. */
function convertMembers(members: Fields, where: string, depth: number): Properties {
  const properties = new Map<string, PropertyValue>();
  for (const [name, value] of members.entries()) {
    refuseName(name, where);
    properties.set(
      name,
      convert(value, typeOfMember(value), `${where} member "${name}"`, depth - 1),
    );
  }
  return properties;
}

function typeOfMember(value: unknown): string {
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return "float";
  if (Array.isArray(value)) return "list";
  return typeof value === "object" && value !== null ? "class" : "string";
}

/** Maps keep such a name harmless, but the next program to copy it into an object would not. */
function refuseName(name: string, where: string): void {
  if (name === "__proto__") throw new TiledError("invalid", where, "is a forbidden name");
}
