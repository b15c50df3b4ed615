/** Protocols whose ports tell the lines behind an address apart: TCP, UDP, DCCP, SCTP (IANA protocol numbers). */
const hasPorts = new Uint8Array(256);
for (const protocol of [6, 17, 33, 132]) hasPorts[protocol] = 1;

let scratch = new Uint16Array(0);

/**
 * Ports of the first `count` rows as look-ups take them: 0 where the protocol has none, whatever the record says (of ICMP
 * exporters put type and code there). Valid until the next call.
 */
export function sharedPorts(ports: Uint16Array, protocol: Uint8Array, count: number): Uint16Array {
  if (scratch.length < count) scratch = new Uint16Array(count);
  for (let row = 0; row < count; row++) scratch[row] = hasPorts[protocol[row]] === 1 ? ports[row] : 0;
  return scratch;
}
