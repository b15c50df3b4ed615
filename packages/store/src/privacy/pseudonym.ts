import { createHmac } from "node:crypto";

/**
 * A line's name for a store that must not know it: the first 128 bits of
 * HMAC-SHA-256 (RFC 2104, FIPS 180-4) of its UTF-8 octets, as 32 hexadecimal
 * digits. The same line has the same pseudonym as long as the key is the same.
 * The empty name, "no line", stays empty.
 */
export function pseudonymOf(line: string, lineKey: Uint8Array): string {
  if (line === "") return "";
  return createHmac("sha256", lineKey).update(line).digest("hex").slice(0, 32);
}
