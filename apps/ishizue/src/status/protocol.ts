/** What operators call a protocol version (`DecodeOutcome.version`). */
export function protocolName(version: number): string {
  if (version === 10) return "IPFIX";
  if (version === 105) return "sFlow v5";
  return version === 0 ? "unknown" : `NetFlow v${version}`;
}
