import { readPairs, type Vendor, type Written } from "./binding.ts";

/** Message ids, the last five digits of `logid`: a block was made, given back, is held still. */
const kinds = new Map([
  ["22015", "allocate"],
  ["22016", "release"],
  ["22017", "active"],
] as const);

/**
 * Blocks of FortiGate's IP pools with port block allocation: `logid="0100022015"` and the two after it.
 *
 * A release tells how long the block was held (`duration`, seconds); `eventtime` is in nanoseconds since 1970, in
 * seconds before FortiOS 6.2. Source: FortiOS Log Message Reference, LOG_ID_IPPOOLPBA_CREATE, _DEALLOCATE, _INTERIM.
 */
export const fortinet: Vendor = {
  name: "fortinet",
  isOf: (text) => text.includes("portbegin="),
  read: ({ text }) => read(text),
};

function read(text: string): Written {
  const pairs = readPairs(text);
  const id = (pairs.get("logid") ?? "").slice(-5);
  const kind = (kinds as ReadonlyMap<string, "allocate" | "release" | "active">).get(id);
  if (kind === undefined) return undefined;
  const atMs = eventTime(pairs.get("eventtime") ?? "");
  const seconds = Number(pairs.get("duration") ?? "");
  return [
    {
      kind,
      inside: pairs.get("saddr") ?? pairs.get("srcip") ?? "",
      outside: pairs.get("nat") ?? pairs.get("natip") ?? pairs.get("transip") ?? "",
      first: Number(pairs.get("portbegin")),
      last: Number(pairs.get("portend")),
      ...(atMs === undefined ? {} : { atMs }),
      ...(atMs !== undefined && seconds > 0 ? { startMs: atMs - seconds * 1000 } : {}),
    },
  ];
}

function eventTime(digits: string): number | undefined {
  if (/^\d{10}$/.test(digits)) return Number(digits) * 1000;
  return /^\d{19}$/.test(digits) ? Number(digits.slice(0, 13)) : undefined;
}
