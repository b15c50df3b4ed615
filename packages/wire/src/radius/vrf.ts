import { RadiusType } from "./dictionary.ts";
import type { RadiusPacket } from "./packet.ts";
import { readText, readVendorSpecific } from "./value.ts";

/** Vendor → type of the sub-attribute that names the VRF, virtual router or context of a session. */
const vrfTypes: ReadonlyMap<number, number> = new Map([
  // Unisphere's ERX, since Juniper: ERX-Virtual-Router-Name.
  [4874, 1],
  // Redback, since Ericsson: Context-Name.
  [2352, 4],
  // Huawei: HW-VPN-Instance.
  [2011, 94],
]);

const cisco = 9;
const ciscoAvPair = 1;
const pair = /^(?:ip:)?vrf-id=(.+)$/s;

/** The VRF that a Cisco-AVPair names (`ip:vrf-id=…`), or undefined. */
export function readVrfAvPair(text: string): string | undefined {
  return pair.exec(text)?.[1];
}

/**
 * The VRF, virtual router or context that a session is in, by the first attribute of a vendor that names one.
 *
 * Vendors: Juniper (ERX), Ericsson (Redback), Huawei, Cisco. Outcomes: undefined where none does; what is cut, empty or
 * another vendor's says nothing. Source: RFC 2865 section 5.26, the vendors' dictionaries.
 */
export function readVrf({ attributes }: RadiusPacket): string | undefined {
  for (const { type, value } of attributes) {
    const specific = type === RadiusType.vendorSpecific ? readVendorSpecific(value) : undefined;
    if (specific === undefined) continue;
    const { vendorId, data } = specific;
    for (let at = 0; at + 2 <= data.length;) {
      const length = data[at + 1];
      if (length < 2 || at + length > data.length) break;
      const octets = data.subarray(at + 2, at + length);
      if (vrfTypes.get(vendorId) === data[at] && octets.length > 0) return readText(octets);
      const named =
        vendorId === cisco && data[at] === ciscoAvPair ? readVrfAvPair(readText(octets)) : undefined;
      if (named !== undefined) return named;
      at += length;
    }
  }
  return undefined;
}
