import type { HotLeases, Lease } from "../ports/hot.ts";
import { checkName, checkTtl, checkValue, checkWhole } from "./checks.ts";
import type { Engine } from "./engine.ts";
import { acquireScript, releaseScript, renewScript, writeScript } from "./scripts.ts";

/** For so long an epoch is remembered beyond its lease. What is older than that is below the engine's clock. */
const epochTtlMs = 86_400_000;

/** The lease as it is kept: who has it, and since which epoch. */
const valueOf = ({ epoch, holder }: Lease): string => `${epoch}:${holder}`;

/** Braces make the tag by which a cluster places keys; a name's own must not end it early. */
function tagged(name: string): string {
  const escaped = checkName(name, "lease").replaceAll(/[%{}]/g, (one) => encodeURIComponent(one));
  return `lease:{${escaped}}`;
}

/** @param keyOf checks a key and gives it its prefix */
export function hotLeases(engine: Engine, keyOf: (key: string) => string): HotLeases {
  const keysOf = (name: string) => {
    const tag = tagged(name);
    return { lease: keyOf(tag), epoch: keyOf(`${tag}:epoch`), data: keyOf(`${tag}:data`) };
  };
  return {
    async acquire(name, holder, ttlMs, { above = 0 } = {}) {
      const keys = keysOf(name);
      const epoch = await engine.run(
        acquireScript,
        [keys.lease, keys.epoch],
        [
          checkName(holder, "holder"),
          checkTtl(ttlMs),
          String(checkWhole(above, 0, "above")),
          String(ttlMs + epochTtlMs),
        ],
      );
      return epoch === null ? undefined : { name, holder, epoch: Number(epoch) };
    },
    async renew(lease, ttlMs) {
      const keys = keysOf(lease.name);
      const args = [
        valueOf(lease),
        checkTtl(ttlMs),
        String(checkWhole(lease.epoch, 1, "epoch")),
        String(ttlMs + epochTtlMs),
      ];
      return (await engine.run(renewScript, [keys.lease, keys.epoch], args)) === 1;
    },
    release: async (lease) =>
      (await engine.run(releaseScript, [keysOf(lease.name).lease], [valueOf(lease)])) === 1,
    async holder(name) {
      const value = (await engine.call("GET", [keysOf(name).lease])) as string | null;
      if (value === null) return undefined;
      const end = value.indexOf(":");
      return { name, holder: value.slice(end + 1), epoch: Number(value.slice(0, end)) };
    },
    async write(lease, value, { ttlMs } = {}) {
      const keys = keysOf(lease.name);
      const args = [
        valueOf(lease),
        checkValue(value, "value"),
        ttlMs === undefined ? "" : checkTtl(ttlMs),
      ];
      return (await engine.run(writeScript, [keys.lease, keys.data], args)) === 1;
    },
    async read(name) {
      const reply = await engine.call("GET", [keysOf(name).data], true);
      return reply === null ? undefined : (reply as Uint8Array);
    },
  };
}
