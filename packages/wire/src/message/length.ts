import { ipfixHeaderLength } from "../ipfix/decode.ts";
import { netflow1HeaderLength } from "../netflow1/decode.ts";
import { netflow5HeaderLength } from "../netflow5/decode.ts";
import { netflow6HeaderLength } from "../netflow6/decode.ts";
import { netflow7HeaderLength } from "../netflow7/decode.ts";
import { netflow9HeaderLength } from "../netflow9/decode.ts";

/** Version → octets of the header and of a record. */
const fixed = new Map([
  [1, [netflow1HeaderLength, 52]],
  [5, [netflow5HeaderLength, 48]],
  [6, [netflow6HeaderLength, 52]],
  [7, [netflow7HeaderLength, 52]],
]);

const sflow5 = 5;

/** Whether a message of a known version can begin at `offset`, of which `available` octets are there. */
export function beginsMessage(view: DataView, offset: number, available: number): boolean {
  if (available < 4) return false;
  const version = view.getUint16(offset);
  if (version === 0) return view.getUint16(offset + 2) === sflow5;
  return version === 9 || version === 10 || fixed.has(version);
}

/**
 * Octets of the message at `offset`, for messages that lie one after the other in a file, by what it says itself:
 * NetFlow v1 to v7 by their count, v9 by its FlowSets (its count is often wrong), IPFIX by its length, sFlow by its samples.
 *
 * Outcomes: `available` where it says more than that, or where no message begins behind what it says.
 * Source: RFC 5655 section 7.1 (IPFIX files), RFC 3954 section 5, sFlow version 5.
 */
export function messageOctets(view: DataView, offset: number, available: number): number {
  if (!beginsMessage(view, offset, available)) return available;
  const octets = saidOctets(view, offset, available);
  if (octets < 4 || octets >= available) return available;
  return beginsMessage(view, offset + octets, available - octets) ? octets : available;
}

function saidOctets(view: DataView, offset: number, available: number): number {
  const version = view.getUint16(offset);
  const layout = fixed.get(version);
  if (layout !== undefined) return layout[0] + view.getUint16(offset + 2) * layout[1];
  if (version === 10) {
    const length = view.getUint16(offset + 2);
    return length < ipfixHeaderLength ? available : length;
  }
  return version === 9 ? flowSets(view, offset, available) : samples(view, offset, available);
}

function flowSets(view: DataView, offset: number, available: number): number {
  let at = netflow9HeaderLength;
  while (at + 4 <= available) {
    const id = view.getUint16(offset + at);
    const length = view.getUint16(offset + at + 2);
    // What is no FlowSet is another message, or nothing.
    if ((id > 1 && id < 256) || length < 4 || at + length > available) break;
    at += length;
  }
  return at;
}

function samples(view: DataView, offset: number, available: number): number {
  if (available < 8) return available;
  const addressOctets = view.getUint32(offset + 4) === 2 ? 16 : 4;
  // Version, type of address, address, sub-agent, sequence, uptime, number of samples.
  let at = 8 + addressOctets + 16;
  if (at > available) return available;
  for (let count = view.getUint32(offset + at - 4); count > 0; count--) {
    if (at + 8 > available) return available;
    at += 8 + view.getUint32(offset + at + 4);
    if (at > available) return available;
  }
  return at;
}
