import { encodeAccountingRequest } from "@ishizue/wire";

/** Accounting-Requests of one access server's session, in their order: what share of packets changes a lease is theirs. */
export const turns = ["start", "interimUpdate", "interimUpdate", "stop"] as const;
/** Prefixes of a session: an IPv4 address and a delegated /56. */
export const prefixesASession = 2;
/** Sessions that are under way at a time: their packets come turn by turn. */
const sessionsATime = 8192;
const turnMs = 600_000;

/** Session and turn of the packet `index`, of `sessions` in all. */
export function placeOf(index: number, sessions: number): { session: number; turn: number } {
  const packetsATime = sessionsATime * turns.length;
  const group = Math.floor(index / packetsATime);
  const within = index % packetsATime;
  const first = group * sessionsATime;
  const count = Math.min(sessionsATime, sessions - first);
  return { session: first + (within % count), turn: Math.floor(within / count) };
}

/** The request as a broadband router with dual-stack PPPoE sends it, signed. */
export function requestOf(
  session: number,
  turn: number,
  identifier: number,
  startMs: number,
  secret: Uint8Array,
): Uint8Array {
  const octet = (shift: number): number => (session >>> shift) & 255;
  const hex = (value: number, digits = 2): string => value.toString(16).padStart(digits, "0");
  const statusType = turns[turn];
  const ageS = (turn * turnMs) / 1000;
  return encodeAccountingRequest({
    identifier,
    secret,
    statusType,
    userName: `bb-${String(session).padStart(8, "0")}@isp.example`,
    nasIpAddress: "198.51.100.1",
    nasIdentifier: "bng-1",
    nasPort: 0x1000_0000 + (session & 0xffff),
    nasPortId: `xe-0/0/1:${100 + (session & 1023)}-${session & 4095}`,
    callingStationId: `00:00:5e:${hex(octet(16))}:${hex(octet(8))}:${hex(octet(0))}`,
    sessionId: hex(session, 16),
    framedIpAddress: `100.${64 + (octet(16) & 63)}.${octet(8)}.${octet(0)}`,
    delegatedIpv6Prefix: `2001:db8:${hex(session >>> 8, 1)}:${hex(octet(0) << 8, 1)}::/56`,
    eventTimestampMs: startMs + turn * turnMs,
    delayTimeS: 0,
    ...(turn === 0 ? {} : { sessionTimeS: ageS, inputOctets: 7e9 * turn, outputOctets: 9e8 * turn }),
    ...(statusType === "stop" ? { terminateCause: 1 } : {}),
  });
}
