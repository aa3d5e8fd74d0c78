import { randomBytes } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { limits } from "@realmwright/protocol";
import { snakeCase } from "../config/adjustable-limits.ts";
import type { Config } from "../config/config.ts";
import { Failure } from "../failure.ts";
import { mustBeFree } from "../port.ts";
import { lockPath, ServerLock, type Holder } from "../server-lock.ts";
import { failure, ok, warning, type Finding } from "./finding.ts";

const nodeLeast = 24;
/** Files that a server opens besides its connections. */
const filesBesides = 256;
const driftMaxMs = 2000;

/** @param version as `process.versions.node`. */
export function checkNode(version: string): Finding {
  const [major = 0] = version.split(".").map(Number);
  if (major >= nodeLeast) return ok("node", version);
  return failure("node", `${version} is too old`, `Install Node ${nodeLeast} or newer.`);
}

/** @param soft how many files this process may open; undefined where that is not bounded. */
export function checkOpenFiles(soft: number | undefined, { limits: written }: Config): Finding {
  const sessions = written[snakeCase("sessionsPerNode")] ?? limits.sessionsPerNode.value;
  const needed = sessions + filesBesides;
  if (soft === undefined) return ok("open files", "no bound");
  const found = `${soft} at most, ${sessions} sessions need ${needed}`;
  if (soft >= needed) return ok("open files", found);
  return warning(
    "open files",
    found,
    `Say ulimit -n ${needed}, or lower limits.sessions_per_node.`,
  );
}

/** How many files this process may open, as it is told by Node. */
export function openFiles(): number | undefined {
  const { userLimits } = process.report.getReport() as {
    userLimits?: { open_files?: { soft: number | string } };
  };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === "number" ? soft : undefined;
}

/** @param data the game's data folder: its own server may have the port. */
export async function checkPort(config: Config, data: string): Promise<Finding> {
  const { server } = config;
  const port = server.http_port ?? 8080;
  try {
    await mustBeFree(server.host, port);
    return ok("port", `${port} on ${server.host} is free`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const holder = holderOf(config, data);
    if (holder?.port === port) {
      return ok(
        "port",
        `${port} on ${server.host}: this game's server has it (process ${holder.pid})`,
      );
    }
    return failure("port", error.message.replace(/\.$/, ""), error.remedy);
  }
}

/** The game's own server, if one runs. */
function holderOf(config: Config, data: string): Holder | undefined {
  const path = lockPath(config, data);
  if (path === undefined || !existsSync(path)) return undefined;
  try {
    const lock = new ServerLock(path, { pid: process.pid, port: 0 });
    lock.release();
    return lock.other;
  } catch (error) {
    // a file of another user, or none of ours, proves nothing
    if ((error as NodeJS.ErrnoException).code === "ERR_SQLITE_ERROR") return undefined;
    throw error;
  }
}

/** Writes a file in the data folder, or beside it, and compares its time with ours. */
export async function checkDisk(data: string): Promise<readonly Finding[]> {
  const folder = existsSync(data) ? data : tmpdir();
  const file = join(folder, `.doctor-${randomBytes(6).toString("hex")}`);
  try {
    const begun = performance.now();
    const beforeMs = Date.now();
    await writeFile(file, "doctor", { flag: "wx", flush: true });
    const tookMs = performance.now() - begun;
    const { mtimeMs } = statSync(file);
    await rm(file);
    const disk = ok("disk", `${folder} takes a write in ${tookMs.toFixed(1)} ms`);
    return [disk, checkClock("the file system", mtimeMs - beforeMs, tookMs)];
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    return [
      failure("disk", `${folder} can not be written (${code})`, "Let this user write there."),
    ];
  }
}

/** @param aheadMs how far another clock is ahead of ours; @param withinMs how exactly that is known. */
export function checkClock(other: string, aheadMs: number, withinMs: number): Finding {
  const off = Math.max(0, Math.abs(aheadMs) - withinMs);
  if (off <= driftMaxMs) return ok("clock", `agrees with ${other}`);
  const seconds = (off / 1000).toFixed(0);
  const found = `${seconds} s ${aheadMs > 0 ? "behind" : "ahead of"} ${other}`;
  return warning("clock", found, "Synchronise the clocks (NTP): tokens and schedules go by them.");
}
