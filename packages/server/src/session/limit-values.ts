import { limits, type LimitName } from "@realmwright/protocol";

/** The limits in force, by name; their meaning stands in the protocol's `limits`. */
export type LimitValues = Readonly<Record<LimitName, number>>;

/** The protocol's limits, some replaced. */
export function limitValues(overrides: Partial<Record<LimitName, number>> = {}): LimitValues {
  const values = {} as Record<LimitName, number>;
  for (const name of Object.keys(limits) as LimitName[]) {
    values[name] = overrides[name] ?? limits[name].value;
  }
  return values;
}
