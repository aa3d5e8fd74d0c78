import { createHash } from "node:crypto";
import { limits, RealmError } from "@realmwright/protocol";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { FileTree, OpenFile } from "../assets/file-tree.ts";
import type { GameFiles } from "../assets/game-files.ts";
import { mapJson } from "../assets/map-json.ts";
import { mediaType } from "../assets/media-type.ts";
import type { HttpExtension } from "./extension.ts";

const FOREVER = "public, max-age=31536000, immutable";
/** A copy may be kept, but is to be asked about each time. */
const ASK = "no-cache";
/** Maps that are kept as JSON. */
const MAPS_MAX = 64;

export interface FileRoutes {
  /** The game's assets. */
  readonly assets: GameFiles | undefined;
  /** The game's page and what belongs to it. */
  readonly client: FileTree | undefined;
  readonly extension: HttpExtension | undefined;
}

/** Routes for the game's page, its assets and its maps. */
export class FileDesk {
  readonly #assets: GameFiles | undefined;
  readonly #client: FileTree | undefined;
  readonly #extension: HttpExtension | undefined;
  readonly #maps = new Map<string, Promise<{ json: string; hash: string }>>();

  constructor(routes: FileRoutes) {
    this.#assets = routes.assets;
    this.#client = routes.client;
    this.#extension = routes.extension;
  }

  register(app: FastifyInstance): void {
    app.get("/assets/index.json", (request, reply) => this.#index(request, reply));
    app.get("/assets/*", (request, reply) => this.#asset(request, reply));
    app.get("/maps/*", (request, reply) => this.#map(request, reply));
    app.get("/*", (request, reply) => this.#page(request, reply));
  }

  /** Maps have changed: they are read anew. */
  forget(): void {
    this.#maps.clear();
  }

  async #index(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (this.#assets === undefined) throw new RealmError("NOT_FOUND");
    const files = (await this.#assets.tree.list()).map(({ path, bytes, hash }) => [
      path,
      { hash, bytes, type: mediaType(path), url: `/assets/${encodeURI(path)}?h=${hash}` },
    ]);
    await sendText(
      request,
      reply,
      "a.json",
      JSON.stringify({ files: Object.fromEntries(files) as unknown }),
    );
  }

  async #asset(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const file = await this.#assets?.tree.open(wildcard(request));
    if (file === undefined) throw new RealmError("NOT_FOUND");
    const { h } = request.query as { readonly h?: unknown };
    await sendFile(request, reply, file, h === file.facts.hash ? FOREVER : ASK);
  }

  async #map(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const wanted = wildcard(request);
    if (this.#assets === undefined || !wanted.endsWith(".json")) throw new RealmError("NOT_FOUND");
    const { json, hash } = await this.#mapJson(this.#assets, wanted.slice(0, -".json".length));
    const { h } = request.query as { readonly h?: unknown };
    await sendText(request, reply, "a.json", json, { hash, cache: h === hash ? FOREVER : ASK });
  }

  /** Read once, also when many ask at the same time. */
  #mapJson(assets: GameFiles, path: string): Promise<{ json: string; hash: string }> {
    let map = this.#maps.get(path);
    if (map !== undefined) return map;
    map = assets.map(path).then((tiles) => {
      const json = JSON.stringify(mapJson(tiles, path));
      return { json, hash: hashOf(json) };
    });
    this.#maps.set(path, map);
    // what failed may be there the next time
    map.catch(() => this.#maps.delete(path));
    const [oldest] = this.#maps.keys();
    if (this.#maps.size > MAPS_MAX && oldest !== undefined) this.#maps.delete(oldest);
    return map;
  }

  async #page(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const asked = wildcard(request);
    const path = asked === "" || asked.endsWith("/") ? `${asked}index.html` : asked;
    const file = await this.#client?.open(path);
    if (file === undefined) throw new RealmError("NOT_FOUND");
    const inject = this.#extension?.inject?.bind(this.#extension);
    if (inject === undefined || !path.endsWith(".html")) {
      await sendFile(request, reply, file, ASK);
      return;
    }
    const page = (await file.bytes()).toString("utf8");
    await file.close();
    await sendText(request, reply, path, inject(page));
  }
}

/** The part of the path behind the route's own, percent-decoding undone. */
function wildcard(request: FastifyRequest): string {
  const path = (request.params as { readonly "*"?: string })["*"] ?? "";
  // a path that is longer than any file's name is no file's
  return path.length > limits.serverMessageBytes.value ? "\0" : path;
}

async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  file: OpenFile,
  cache: string,
): Promise<void> {
  const { path, bytes, hash } = file.facts;
  reply.header("etag", `"${hash}"`).header("cache-control", cache);
  if (isFresh(request, hash)) {
    await file.close();
    await reply.code(304).send();
    return;
  }
  reply.type(mediaType(path)).header("content-length", bytes);
  await reply.send(file.stream());
}

async function sendText(
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  text: string,
  { hash = hashOf(text), cache = ASK }: { hash?: string; cache?: string } = {},
): Promise<void> {
  reply.header("etag", `"${hash}"`).header("cache-control", cache);
  if (isFresh(request, hash)) await reply.code(304).send();
  else await reply.type(mediaType(path)).send(text);
}

function isFresh(request: FastifyRequest, hash: string): boolean {
  const known = request.headers["if-none-match"];
  return known?.split(",").some((tag) => tag.trim().replace(/^W\//, "") === `"${hash}"`) ?? false;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 24);
}
