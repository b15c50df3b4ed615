import assert from "node:assert/strict";
import type { Random } from "../../../scripts/fuzz/random.ts";
import { type FuzzTarget, joinMessages, splitMessages } from "../../../scripts/fuzz/target.ts";
import {
  checkAccountingRequest,
  decodeRadius,
  encodeAccountingRequest,
  radiusAttributeName,
  radiusAttributes,
  readAccountingRequest,
  readVendorSpecific,
} from "../src/index.ts";

const secret = new TextEncoder().encode("s3cret");

/** RADIUS packets, their attributes and what an Accounting-Request says. */
const radius: FuzzTarget = {
  name: "radius",
  framed: true,
  *seeds() {
    const session = {
      identifier: 1,
      secret,
      userName: "line-1",
      sessionId: "s1",
      framedIpAddress: "192.0.2.1",
    };
    yield joinMessages([encodeAccountingRequest({ ...session, statusType: "start" })]);
    const prefixes = { framedIpv6Prefix: "2001:db8::/64", framedRoute: "198.51.100.0/24 192.0.2.1 1" };
    yield joinMessages([encodeAccountingRequest({ ...session, ...prefixes, statusType: "stop" })]);
  },
  run: (bytes) => splitMessages(bytes).map(readTwice),
  mutate: changeAttribute,
};

/** Reads a packet alone and amid other octets; both must give the same, and no more than there is. */
function readTwice(message: Uint8Array): string {
  const alone = message.slice();
  const around = new Uint8Array(message.length + 600).fill(0xff);
  around.set(message, 37);
  const first = read(alone, 0, alone.length);
  const second = read(around, 37, message.length);
  assert.equal(second.json, first.json, "octets around the packet change what is read");
  assert.ok(first.json.length <= 1000 + 40 * message.length, "out of proportion");
  return first.word;
}

function read(bytes: Uint8Array, offset: number, length: number): { json: string; word: string } {
  const outcome = decodeRadius(bytes, offset, length);
  if (outcome.status !== "decoded") return { json: JSON.stringify(outcome), word: outcome.status };
  const { packet } = outcome;
  assert.ok(packet.bytes.length <= length, "the packet is longer than its datagram");
  const request = readAccountingRequest(packet);
  const vendors = packet.attributes
    .filter(({ type }) => type === 26)
    .map(({ value }) => {
      const vendor = readVendorSpecific(value);
      assert.ok((vendor?.data.length ?? 0) <= value.length, "more of the vendor than there is");
      return vendor;
    });
  const known = new Set(packet.attributes.map(({ type }) => radiusAttributeName(type)));
  const authentic = checkAccountingRequest(packet, secret);
  for (const number of [request.inputOctets, request.outputOctets, request.eventTimestampMs]) {
    assert.ok(number === undefined || (Number.isFinite(number) && number >= 0), "what is no number");
  }
  return {
    json: JSON.stringify([packet, request, vendors, authentic], (_, value: unknown) =>
      value instanceof Uint8Array ? value.toHex() : value,
    ),
    word: `${request.statusType},${request.invalidAttributes},${[...known].toSorted().join()}`,
  };
}

/** Puts an attribute in, of a type that is read, with a length that is now and then not its own; mends the packet's. */
function changeAttribute(message: Uint8Array, random: Random): Uint8Array {
  if (message.length < 20) return new Uint8Array(20).fill(4, 0, 1).fill(20, 3, 4);
  const value = Uint8Array.from({ length: random.pick([0, 1, 3, 4, 4, 4, 16, 18, 200]) }, () =>
    random.next(),
  );
  const type = random.oneIn(4) ? 26 : random.pick(types);
  const attribute = [type, value.length + 2 + (random.oneIn(10) ? random.between(-2, 2) : 0), ...value];
  const packet = Uint8Array.from([...message, ...attribute]).subarray(0, 4096);
  if (!random.oneIn(10)) new DataView(packet.buffer).setUint16(2, packet.length);
  return packet;
}

const types: readonly number[] = [...radiusAttributes.keys()];

export default radius;
