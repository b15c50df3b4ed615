/** An option of DHCP, or a sub-option of one. */
export interface DhcpOption {
  readonly code: number;
  /** A view of the octets that were read; never empty. */
  readonly value: Uint8Array;
}

/** Options of DHCPv4 that are one octet: padding, and the end of all (RFC 2132 section 3). */
const pad = 0;
const endOfOptions = 255;

/**
 * Code, length and value one after the other, as far as they are whole; options without a value are passed over.
 *
 * `form`: `v4`, options of DHCPv4 (RFC 2132 section 2); `sub`, sub-options of one such as Relay Agent Information (RFC 3046
 * section 2.0); `v6`, options of DHCPv6, of two octets for code and length each (RFC 8415 section 21.1).
 */
export function readDhcpOptions(octets: Uint8Array, form: "v4" | "sub" | "v6"): DhcpOption[] {
  const found: DhcpOption[] = [];
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const width = form === "v6" ? 2 : 1;
  const read = (at: number): number => (width === 1 ? view.getUint8(at) : view.getUint16(at));
  for (let at = 0; at + width <= octets.length;) {
    const code = read(at);
    if (form === "v4" && code === endOfOptions) break;
    if (form === "v4" && code === pad) {
      at++;
      continue;
    }
    if (at + 2 * width > octets.length) break;
    const from = at + 2 * width;
    const end = from + read(at + width);
    if (end > octets.length) break;
    if (end > from) found.push({ code, value: octets.subarray(from, end) });
    at = end;
  }
  return found;
}
