import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatAddress } from "../address/format.ts";
import type { Prefix } from "../address/prefix.ts";
import { readAccountingRequest } from "./accounting.ts";
import type { AccountingRequest } from "./accounting.ts";
import { decodeRadius, layOutRadius } from "./packet.ts";
import { vendorPrefixLike } from "./vendor-prefix.ts";

/** The request of Vendor-Specific attributes (26), each given by its octets in hex. */
function requestOf(...values: readonly string[]): AccountingRequest {
  const attributes = values.map((value) => ({
    type: 26,
    value: Buffer.from(value.replaceAll(/\s/g, ""), "hex"),
  }));
  const outcome = decodeRadius(layOutRadius(4, 1, attributes));
  assert.ok(outcome.status === "decoded");
  return readAccountingRequest(outcome.packet);
}

const written = ({ words, prefixLength }: Prefix): string => `${formatAddress(words, 0)}/${prefixLength}`;

void test("Nokia's Alc-Ipv6-Address and Huawei's Framed-IPv6-Address are addresses of the line", () => {
  // 6527 = 0x197f, 99 = 0x63; 2011 = 0x07db, 158 = 0x9e: sixteen octets of an address.
  const nokia = requestOf("0000197f 63 12 20010db8000000010000000000000007");
  assert.deepEqual(nokia.framedIpv6Address.map(written), ["2001:db8:0:1::7/128"]);
  const huawei = requestOf("000007db 9e 12 20010db8000000020000000000000009");
  assert.deepEqual(huawei.framedIpv6Address.map(written), ["2001:db8:0:2::9/128"]);
  assert.deepEqual([nokia.invalidAttributes, huawei.invalidAttributes], [0, 0]);
});

void test("Juniper's IPv6-NdRa-Prefix is a prefix of the line, behind other attributes too", () => {
  // 4874 = 0x130a: 110 Acc-Loop-Cir-Id "c1"; 129 = 0x81: reserved octet, 64 bits, as many octets as needed.
  const request = requestOf("0000130a 6e 04 6331 81 0c 00 40 20010db800010000");
  assert.deepEqual(request.framedIpv6Prefix.map(written), ["2001:db8:1::/64"]);
  assert.deepEqual([request.agentCircuitId, request.invalidAttributes], ["c1", 0]);
});

void test("a wrong form is counted, what is cut or another vendor's says nothing", () => {
  // Fifteen octets of an address; a prefix of 129 bits.
  const wrong = requestOf("0000197f 63 11 20010db80000000100000000000000", "0000130a 81 05 00 81 20");
  assert.deepEqual([wrong.framedIpv6Address, wrong.framedIpv6Prefix, wrong.invalidAttributes], [[], [], 2]);
  const none = requestOf(
    "0000197f 63 12 2001",
    "0000197f 62 12 20010db8000000010000000000000007",
    "00001980 63 12 20010db8000000010000000000000007",
    "0100197f 63 12 20010db8000000010000000000000007",
    "0000197f",
    "",
  );
  assert.deepEqual([none.framedIpv6Address, none.invalidAttributes], [[], 0]);
});

void test("names in detail files", () => {
  assert.equal(vendorPrefixLike("Alc-Ipv6-Address"), "framedIpv6Address");
  assert.equal(vendorPrefixLike("ERX-IPv6-NdRa-Prefix"), "framedIpv6Prefix");
  assert.equal(vendorPrefixLike("Huawei-Framed-IPv6-Address"), "framedIpv6Address");
  assert.equal(vendorPrefixLike("Framed-IPv6-Address"), undefined);
  assert.equal(vendorPrefixLike("constructor"), undefined);
});

void test("no octets throw", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("0000197f", "0000130a", "000007db"),
      fc.uint8Array({ maxLength: 60 }),
      (vendor, data) => {
        const { framedIpv6Address, framedIpv6Prefix } = requestOf(vendor + Buffer.from(data).toString("hex"));
        for (const { prefixLength } of [...framedIpv6Address, ...framedIpv6Prefix]) {
          assert.ok(prefixLength >= 0 && prefixLength <= 128);
        }
      },
    ),
  );
});
