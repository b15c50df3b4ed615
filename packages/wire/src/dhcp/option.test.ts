import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readDhcpOptions } from "./option.ts";

const octets = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(" ", ""), "hex");
const shown = (hex: string, form: "v4" | "sub" | "v6"): string[] =>
  readDhcpOptions(octets(hex), form).map(
    ({ code, value }) => `${code}=${Buffer.from(value).toString("hex")}`,
  );

void test("options of DHCPv4: padding is passed over, the end ends them", () => {
  assert.deepEqual(shown("00 35 01 01 00 52 04 01 02 aabb ff 0c 01 61", "v4"), ["53=01", "82=0102aabb"]);
});

void test("sub-options have neither padding nor end, options of DHCPv6 two octets each", () => {
  assert.deepEqual(shown("00 01 61 ff 01 62 02 00", "sub"), ["0=61", "255=62"]);
  assert.deepEqual(shown("0012 0001 61 0025 0005 00000de9 72", "v6"), ["18=61", "37=00000de972"]);
});

void test("what is cut is left out, whatever the octets", () => {
  assert.deepEqual(shown("35 01 01 52 04 01", "v4"), ["53=01"]);
  assert.deepEqual(shown("0012 0001 61 0025 00", "v6"), ["18=61"]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom("v4", "sub", "v6"), (bytes, form) => {
      for (const { value } of readDhcpOptions(bytes, form)) assert.ok(value.length > 0);
    }),
  );
});
