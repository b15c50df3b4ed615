import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { formatAddress } from "../address/format.ts";
import { readAccountingRequest } from "./accounting.ts";
import { checkAccountingRequest, checkAccountingResponse } from "./authenticator.ts";
import { encodeAccountingRequest, encodeAccountingResponse } from "./encode.ts";
import { decodeRadius } from "./packet.ts";
import type { RadiusPacket } from "./packet.ts";

const secret = new TextEncoder().encode("testing123");

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ""), "hex"));
}

// Accounting-Request, identifier 7, authenticator to be filled.
const body = hex(
  `
  28 06 00000001                                  Acct-Status-Type = Start
  01 07 616c696365                                User-Name = "alice"
  04 06 c0000201                                  NAS-IP-Address = 192.0.2.1
  2c 04 5331                                      Acct-Session-Id = "S1"
  08 06 cb007105                                  Framed-IP-Address = 203.0.113.5
  61 0c 00 40 20010db800010000                    Framed-IPv6-Prefix = 2001:db8:1::/64
  7b 0b 00 38 20010db8000201                      Delegated-IPv6-Prefix = 2001:db8:2:100::/56
  37 06 6a013cc0                                  Event-Timestamp = 1778466000
`.replaceAll(/ [A-Z].*$/gm, ""),
);

function literalRequest(attributes: Uint8Array): Uint8Array {
  const length = 20 + attributes.length;
  const head = Uint8Array.of(4, 7, length >>> 8, length & 255);
  const authenticator = createHash("md5")
    .update(head)
    .update(new Uint8Array(16))
    .update(attributes)
    .update(secret)
    .digest();
  return Uint8Array.from([...head, ...authenticator, ...attributes]);
}

function decoded(bytes: Uint8Array): RadiusPacket {
  const outcome = decodeRadius(bytes);
  assert.equal(outcome.status, "decoded");
  return (outcome as { packet: RadiusPacket }).packet;
}

void test("an Accounting-Request is read from its octets", () => {
  const packet = decoded(literalRequest(body));
  assert.equal(packet.code, 4);
  assert.equal(packet.identifier, 7);
  assert.equal(checkAccountingRequest(packet, secret), true);
  const request = readAccountingRequest(packet);
  assert.equal(request.statusType, 1);
  assert.equal(request.userName, "alice");
  assert.equal(request.sessionId, "S1");
  assert.equal(formatAddress(request.nasIpAddress!.words, 0), "192.0.2.1");
  assert.equal(formatAddress(request.framedIpAddress!.words, 0), "203.0.113.5");
  assert.equal(request.framedIpAddress!.prefixLength, 128);
  assert.equal(formatAddress(request.framedIpv6Prefix[0].words, 0), "2001:db8:1::");
  assert.equal(request.framedIpv6Prefix[0].prefixLength, 64);
  assert.equal(formatAddress(request.delegatedIpv6Prefix[0].words, 0), "2001:db8:2:100::");
  assert.equal(request.delegatedIpv6Prefix[0].prefixLength, 56);
  assert.equal(request.eventTimestampMs, 0x6a013cc0 * 1000);
  assert.equal(request.invalidAttributes, 0);
});

void test("an encoded Accounting-Request is the literal octets", () => {
  const encoded = encodeAccountingRequest({
    identifier: 7,
    secret: "testing123",
    statusType: "start",
    userName: "alice",
    nasIpAddress: "192.0.2.1",
    sessionId: "S1",
    framedIpAddress: "203.0.113.5",
    framedIpv6Prefix: "2001:db8:1::/64",
    delegatedIpv6Prefix: "2001:db8:2:100::/56",
    eventTimestampMs: 0x6a013cc0 * 1000 + 999,
  });
  // The encoder writes as few octets of a prefix as hold it: eight for a /64, seven for a /56.
  assert.equal(Buffer.from(encoded).toString("hex"), Buffer.from(literalRequest(body)).toString("hex"));
});

void test("a request made with another secret or changed on the way fails the check", () => {
  const bytes = literalRequest(body);
  assert.equal(checkAccountingRequest(decoded(bytes), new TextEncoder().encode("other")), false);
  bytes[bytes.length - 1] ^= 1;
  assert.equal(checkAccountingRequest(decoded(bytes), secret), false);
});

void test("a response carries the request's identifier and Proxy-State and the digest over its authenticator", () => {
  const request = literalRequest(hex("28 06 00000002 21 03 aa 21 04 bbcc"));
  const response = encodeAccountingResponse(decoded(request), secret);
  const attributes = hex("21 03 aa 21 04 bbcc");
  const head = Uint8Array.of(5, 7, 0, 20 + attributes.length);
  const authenticator = createHash("md5")
    .update(head)
    .update(request.subarray(4, 20))
    .update(attributes)
    .update(secret)
    .digest();
  assert.deepEqual([...response], [...head, ...authenticator, ...attributes]);
  assert.equal(checkAccountingResponse(decoded(response), request.subarray(4, 20), secret), true);
  assert.equal(checkAccountingResponse(decoded(response), new Uint8Array(16), secret), false);
});

void test("a Message-Authenticator is an HMAC-MD5 over the packet and is checked when it is there", () => {
  const encoded = encodeAccountingRequest({
    identifier: 1,
    secret,
    statusType: 1,
    userName: "a",
    messageAuthenticator: true,
  });
  const attributes = hex("28 06 00000001 01 03 61 50 12 00000000000000000000000000000000");
  const head = Uint8Array.of(4, 1, 0, 20 + attributes.length);
  const mac = createHmac("md5", secret).update(head).update(new Uint8Array(16)).update(attributes).digest();
  assert.deepEqual([...encoded.subarray(-16)], [...mac]);
  assert.equal(checkAccountingRequest(decoded(encoded), secret), true);

  const forged = Uint8Array.from(attributes);
  forged.fill(9, -16);
  const withWrongMac = literalRequest(forged);
  assert.equal(checkAccountingRequest(decoded(withWrongMac), secret), false);
});

void test("octet counters join their gigawords", () => {
  const packet = decoded(
    encodeAccountingRequest({
      identifier: 1,
      secret,
      statusType: "stop",
      inputOctets: 5 * 2 ** 32 + 17,
      outputOctets: 12,
      sessionTimeS: 3600,
    }),
  );
  const request = readAccountingRequest(packet);
  assert.equal(request.inputOctets, 5 * 2 ** 32 + 17);
  assert.equal(request.outputOctets, 12);
  assert.equal(request.sessionTimeS, 3600);
});

void test("values of a wrong form are counted and their siblings are read", () => {
  const packet = decoded(
    literalRequest(
      hex(`
      08 05 cb0071
      61 04 00 81
      61 15 00 40 20010db8000100000000000000000000 00
      01 02
      37 04 0001
      2c 03 39
      7b 04 00 20
    `),
    ),
  );
  const request = readAccountingRequest(packet);
  assert.equal(request.invalidAttributes, 5);
  assert.equal(request.framedIpAddress, undefined);
  assert.equal(request.sessionId, "9");
  // A prefix whose zero octets the sender left out.
  assert.equal(request.delegatedIpv6Prefix[0].prefixLength, 32);
});

void test("lengths that lie are outcomes", () => {
  const good = literalRequest(body);
  for (let cut = 0; cut < good.length; cut++) {
    assert.equal(decodeRadius(good.subarray(0, cut)).status, "truncated");
  }
  const short = Uint8Array.from(good);
  short[2] = 0;
  short[3] = 19;
  assert.deepEqual(decodeRadius(short), { status: "badLength", offset: 2 });
  const zeroAttribute = Uint8Array.from(good);
  zeroAttribute[21] = 0;
  assert.deepEqual(decodeRadius(zeroAttribute), { status: "badAttribute", offset: 20 });
  const overrun = Uint8Array.from(good);
  overrun[good.length - 5] = 7;
  assert.equal(decodeRadius(overrun).status, "badAttribute");
  const padded = Uint8Array.from([...good, 1, 2, 3]);
  assert.equal(checkAccountingRequest(decoded(padded), secret), true);
});

void test("arbitrary octets never throw", () => {
  const header = fc
    .tuple(fc.uint8Array({ maxLength: 120 }), fc.nat(255), fc.boolean())
    .map(([bytes, id, fixLength]) => {
      const packet = new Uint8Array(20 + bytes.length);
      packet.set([4, id, 0, fixLength ? packet.length : id]);
      packet.set(bytes, 20);
      return packet;
    });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), header), (bytes) => {
      const outcome = decodeRadius(bytes);
      if (outcome.status !== "decoded") return;
      readAccountingRequest(outcome.packet);
      checkAccountingRequest(outcome.packet, secret);
      checkAccountingResponse(outcome.packet, bytes.subarray(0, 16), secret);
    }),
  );
});

void test("a Message-Authenticator without a value asks for none in the response", () => {
  const packet = decoded(literalRequest(Buffer.from([80, 2])));
  assert.equal(encodeAccountingResponse(packet, secret).length, 20);
});

void test("well-formed attributes of arbitrary values never throw", () => {
  const attribute = fc
    .tuple(fc.nat(255), fc.uint8Array({ maxLength: 20 }))
    .map(([type, value]) => Buffer.concat([Uint8Array.of(type, value.length + 2), value]));
  fc.assert(
    fc.property(fc.array(attribute, { maxLength: 12 }), (attributes) => {
      const packet = decoded(literalRequest(Buffer.concat(attributes)));
      readAccountingRequest(packet);
      assert.equal(typeof checkAccountingRequest(packet, secret), "boolean");
      encodeAccountingResponse(packet, secret);
    }),
  );
});
