import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { test } from "node:test";
import { Md5 } from "./md5.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test("the digests of RFC 1321, appendix A.5", () => {
  const md5 = new Md5(100);
  for (const [text, digest] of [
    ["", "d41d8cd98f00b204e9800998ecf8427e"],
    ["a", "0cc175b9c0f1b6a831c399e269772661"],
    ["abc", "900150983cd24fb0d6963f7d28e17f72"],
    ["message digest", "f96b697d7cb7938d525a2f31aaf161d0"],
    ["abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"],
    ["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "d174ab98d277d9f5a5611c2c9f419d9f"],
    [
      "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
      "57edf4a22be3c955ac49da2e2107b67a",
    ],
  ]) {
    const { written } = new TextEncoder().encodeInto(text, md5.bytes);
    assert.equal(hex(md5.digest(written)), digest, text);
  }
});

test("messages of every length, one after the other, as node:crypto has it", () => {
  const room = 300;
  const md5 = new Md5(room);
  for (let length = room; length >= 0; length--) {
    const message = Uint8Array.from({ length }, (_, at) => (at * 31 + length) & 255);
    md5.bytes.set(message);
    assert.equal(hex(md5.digest(length)), hash("md5", message, "hex"), `${length} octets`);
  }
});
