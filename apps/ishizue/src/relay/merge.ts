import type { RelayStats } from "@ishizue/receive";

/** What the relays of all receiving threads did together; null where there is none. */
export function mergeRelays(relays: readonly RelayStats[]): RelayStats | null {
  const [first, ...others] = relays;
  if (first === undefined) return null;
  const merged = structuredClone(first);
  for (const other of others) {
    merged.datagrams += other.datagrams;
    merged.octets += other.octets;
    merged.filtered += other.filtered;
    for (const [index, target] of other.targets.entries()) {
      const sum = merged.targets[index];
      sum.sent += target.sent;
      sum.sentAsSelf += target.sentAsSelf;
      sum.octets += target.octets;
      sum.dropped += target.dropped;
      sum.tooLong += target.tooLong;
      sum.errors += target.errors;
      for (const [code, count] of Object.entries(target.errorCodes)) {
        sum.errorCodes[code] = (sum.errorCodes[code] ?? 0) + count;
      }
      sum.lastError ??= target.lastError;
    }
  }
  return merged;
}
