import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RadiusType } from "./dictionary.ts";
import type { RadiusPacket } from "./packet.ts";
import { readVrf } from "./vrf.ts";

function packet(...values: readonly Uint8Array[]): RadiusPacket {
  const none = new Uint8Array(0);
  const attributes = values.map((value) => ({ type: RadiusType.vendorSpecific, value }));
  return { code: 4, identifier: 0, bytes: none, authenticator: none, attributes };
}

const vrfOf = (...values: readonly string[]): string | undefined =>
  readVrf(packet(...values.map((value) => Buffer.from(value.replaceAll(" ", ""), "hex"))));

const hex = (text: string): string => Buffer.from(text).toString("hex");
const attribute = (type: string, text: string): string =>
  `${type} ${(text.length + 2).toString(16).padStart(2, "0")} ${hex(text)}`;

void test("Juniper, Ericsson, Huawei and Cisco name the VRF of a session, each in its way", () => {
  assert.equal(vrfOf(`0000130a ${attribute("01", "default:red")}`), "default:red");
  assert.equal(vrfOf(`00000930 ${attribute("04", "red")}`), "red");
  assert.equal(vrfOf(`000007db ${attribute("5e", "red")}`), "red");
  assert.equal(vrfOf(`00000009 ${attribute("01", "ip:vrf-id=red")}`), "red");
  assert.equal(vrfOf(`00000009 ${attribute("01", "vrf-id=red=1")}`), "red=1");
});

void test("the first that names one holds; another attribute of the vendor, an empty or a cut one says nothing", () => {
  assert.equal(vrfOf(`0000130a ${attribute("02", "pool")} ${attribute("01", "red")}`), "red");
  assert.equal(
    vrfOf(`00000009 ${attribute("01", "vrf-id=")}`, `00000930 ${attribute("04", "blue")}`),
    "blue",
  );
  assert.equal(vrfOf("0000130a 01 02", "0000130a 01 09 72", "0000130a", ""), undefined);
  assert.equal(vrfOf(`00000009 ${attribute("02", "vrf-id=red")}`), undefined);
});

void test("any octets are safe", () => {
  fc.assert(
    fc.property(fc.constantFrom(9, 2011, 2352, 4874), fc.uint8Array({ maxLength: 40 }), (vendor, octets) => {
      const value = new Uint8Array(4 + octets.length);
      new DataView(value.buffer).setUint32(0, vendor);
      value.set(octets, 4);
      const vrf = readVrf(packet(value));
      assert.ok(vrf === undefined || vrf.length > 0);
    }),
  );
});
