/** Codes of the packets that are read and written here (RFC 2866 section 4). */
export const RadiusCode = { accountingRequest: 4, accountingResponse: 5 } as const;

/** Octets of code, identifier, length and authenticator. */
export const radiusHeaderBytes = 20;
/** RFC 2866 section 3: the longest packet. */
export const radiusMaxBytes = 4096;

/** One attribute; `value` is a view of the datagram, valid as long as the datagram is. */
export interface RadiusAttribute {
  readonly type: number;
  readonly value: Uint8Array;
}

/**
 * One packet; `bytes` (all of it, without padding) and `authenticator` are views of the datagram. `attributes` are made when
 * they are asked for: who reads each packet of many goes through `bytes`, where they are well-formed.
 */
export interface RadiusPacket {
  readonly code: number;
  readonly identifier: number;
  readonly bytes: Uint8Array;
  readonly authenticator: Uint8Array;
  readonly attributes: readonly RadiusAttribute[];
}

export type RadiusDecodeOutcome =
  | { readonly status: "decoded"; readonly packet: RadiusPacket }
  | { readonly status: "truncated" | "badLength" | "badAttribute"; readonly offset: number };

/**
 * Decodes one RADIUS packet of any code.
 *
 * Outcomes: decoded; truncated (fewer octets than the header or than its length field says);
 * badLength (length field under 20 or over 4096); badAttribute (an attribute shorter than 2 octets or
 * running past the packet's end). `offset` is where the fault lies, from the packet's start. Octets after the
 * length field's are padding and not looked at (RFC 2865 section 3). Never throws.
 * Source: RFC 2865 sections 3 and 5.
 */
export function decodeRadius(
  bytes: Uint8Array,
  offset = 0,
  length = bytes.length - offset,
): RadiusDecodeOutcome {
  const available = Math.min(length, bytes.length - offset);
  if (!(available >= radiusHeaderBytes)) return { status: "truncated", offset: Math.max(0, available) };
  const packetBytes = (bytes[offset + 2] << 8) | bytes[offset + 3];
  if (packetBytes < radiusHeaderBytes || packetBytes > radiusMaxBytes) {
    return { status: "badLength", offset: 2 };
  }
  if (packetBytes > available) return { status: "truncated", offset: available };
  const packet = bytes.subarray(offset, offset + packetBytes);
  let at = radiusHeaderBytes;
  while (at < packetBytes) {
    const attributeBytes = at + 1 < packetBytes ? packet[at + 1] : 0;
    if (attributeBytes < 2 || at + attributeBytes > packetBytes) {
      return { status: "badAttribute", offset: at };
    }
    at += attributeBytes;
  }
  return { status: "decoded", packet: new DecodedPacket(packet) };
}

class DecodedPacket implements RadiusPacket {
  readonly code: number;
  readonly identifier: number;
  readonly bytes: Uint8Array;
  readonly authenticator: Uint8Array;
  #attributes: readonly RadiusAttribute[] | undefined;

  constructor(bytes: Uint8Array) {
    this.code = bytes[0];
    this.identifier = bytes[1];
    this.bytes = bytes;
    this.authenticator = bytes.subarray(4, radiusHeaderBytes);
  }

  get attributes(): readonly RadiusAttribute[] {
    this.#attributes ??= attributesOf(this.bytes);
    return this.#attributes;
  }
}

function attributesOf(packet: Uint8Array): RadiusAttribute[] {
  const attributes: RadiusAttribute[] = [];
  for (let at = radiusHeaderBytes; at < packet.length; at += packet[at + 1]) {
    attributes.push({ type: packet[at], value: packet.subarray(at + 2, at + packet[at + 1]) });
  }
  return attributes;
}

/**
 * Lays out a packet with a zero authenticator, for `authenticator.ts` to fill.
 *
 * Throws RangeError when a value is over 253 octets or the packet over 4096: the caller's fault.
 */
export function layOutRadius(
  code: number,
  identifier: number,
  attributes: readonly RadiusAttribute[],
): Uint8Array {
  let total = radiusHeaderBytes;
  for (const { type, value } of attributes) {
    if (value.length > 253) {
      throw new RangeError(`RADIUS attribute ${type} has ${value.length} octets; 253 is the most`);
    }
    total += 2 + value.length;
  }
  if (total > radiusMaxBytes) throw new RangeError(`RADIUS packet of ${total} octets; 4096 is the most`);
  const bytes = new Uint8Array(total);
  bytes[0] = code;
  bytes[1] = identifier & 0xff;
  bytes[2] = total >>> 8;
  bytes[3] = total & 0xff;
  let at = radiusHeaderBytes;
  for (const { type, value } of attributes) {
    bytes[at] = type;
    bytes[at + 1] = 2 + value.length;
    bytes.set(value, at + 2);
    at += 2 + value.length;
  }
  return bytes;
}
