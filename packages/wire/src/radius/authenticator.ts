import { createHmac, timingSafeEqual } from "node:crypto";
import { RadiusType } from "./dictionary.ts";
import { Md5 } from "./md5.ts";
import { radiusHeaderBytes, radiusMaxBytes } from "./packet.ts";
import type { RadiusPacket } from "./packet.ts";

const zeroAuthenticator = new Uint8Array(16);

let md5 = new Md5(radiusMaxBytes + 256);

/**
 * MD5 over code, identifier, length, `authenticator` (16 octets), attributes and the shared secret; valid until the next
 * call.
 *
 * For an Accounting-Request `authenticator` is sixteen zero octets (RFC 2866 section 3, Request
 * Authenticator); for a response it is the request's (Response Authenticator).
 */
function packetDigest(bytes: Uint8Array, authenticator: Uint8Array, secret: Uint8Array): Uint8Array {
  const length = bytes.length + secret.length;
  if (length > md5.room) md5 = new Md5(length);
  md5.bytes.set(bytes);
  md5.bytes.set(authenticator, 4);
  md5.bytes.set(secret, bytes.length);
  return md5.digest(length);
}

/** Whether two digests are the same, in the same time wherever they differ. */
function isSameDigest(a: Uint8Array, b: Uint8Array): boolean {
  let differs = a.length ^ b.length;
  for (let octet = 0; octet < 16; octet++) differs |= a[octet] ^ b[octet];
  return differs === 0;
}

/** Offset of Message-Authenticator's value in `bytes`, or -1. `bytes` has well-formed attributes. */
function messageAuthenticatorOffset(bytes: Uint8Array): number {
  for (let at = radiusHeaderBytes; at + 2 <= bytes.length; at += Math.max(2, bytes[at + 1])) {
    if (bytes[at] === RadiusType.messageAuthenticator && bytes[at + 1] === 18) return at + 2;
  }
  return -1;
}

/**
 * HMAC-MD5 of the packet with `authenticator` in the header and Message-Authenticator as zeros.
 * Source: RFC 2869 section 5.14; zeros stand for the authenticator of an Accounting-Request, as RFC 5176
 * section 3.3 has it for the other requests whose authenticator is a digest.
 */
function messageDigest(
  bytes: Uint8Array,
  valueOffset: number,
  authenticator: Uint8Array,
  secret: Uint8Array,
): Uint8Array {
  return createHmac("md5", secret)
    .update(bytes.subarray(0, 4))
    .update(authenticator)
    .update(bytes.subarray(radiusHeaderBytes, valueOffset))
    .update(zeroAuthenticator)
    .update(bytes.subarray(valueOffset + 16))
    .digest();
}

function checkPacket(packet: RadiusPacket, authenticator: Uint8Array, secret: Uint8Array): boolean {
  const { bytes } = packet;
  if (!isSameDigest(packetDigest(bytes, authenticator, secret), packet.authenticator)) return false;
  let seen = 0;
  for (let at = radiusHeaderBytes; at < bytes.length; at += bytes[at + 1]) {
    if (bytes[at] !== RadiusType.messageAuthenticator) continue;
    if (bytes[at + 1] !== 18 || ++seen > 1) return false;
  }
  if (seen === 0) return true;
  const at = messageAuthenticatorOffset(bytes);
  return timingSafeEqual(messageDigest(bytes, at, authenticator, secret), bytes.subarray(at, at + 16));
}

/** Whether an Accounting-Request was made with `secret`: Request Authenticator, and Message-Authenticator if present. */
export function checkAccountingRequest(packet: RadiusPacket, secret: Uint8Array): boolean {
  return checkPacket(packet, zeroAuthenticator, secret);
}

/** Whether a response answers the request that had `requestAuthenticator` and was made with `secret`. */
export function checkAccountingResponse(
  packet: RadiusPacket,
  requestAuthenticator: Uint8Array,
  secret: Uint8Array,
): boolean {
  return requestAuthenticator.length === 16 && checkPacket(packet, requestAuthenticator, secret);
}

function sign(bytes: Uint8Array, authenticator: Uint8Array, secret: Uint8Array): Uint8Array {
  const at = messageAuthenticatorOffset(bytes);
  if (at >= 0) bytes.set(messageDigest(bytes, at, authenticator, secret), at);
  bytes.set(packetDigest(bytes, authenticator, secret), 4);
  return bytes;
}

/** Fills a laid-out Accounting-Request's authenticators in place. */
export function signAccountingRequest(bytes: Uint8Array, secret: Uint8Array): Uint8Array {
  return sign(bytes, zeroAuthenticator, secret);
}

/** Fills a laid-out Accounting-Response's authenticators in place. */
export function signAccountingResponse(
  bytes: Uint8Array,
  requestAuthenticator: Uint8Array,
  secret: Uint8Array,
): Uint8Array {
  return sign(bytes, requestAuthenticator, secret);
}
