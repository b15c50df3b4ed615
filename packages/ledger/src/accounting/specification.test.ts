// What the RFCs say that an Accounting-Request means, from the octets of packets to leases.
import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeRadius, encodeAccountingRequest, readAccountingRequest, RadiusType } from "@ishizue/wire";
import type { AccountingRequestFields } from "@ishizue/wire";
import type { NasEvent, SessionEvent } from "../lease/event.ts";
import { Ledger } from "../lease/ledger.ts";
import { formatPrefix } from "../lease/resolution.ts";
import { LineTable } from "../line/table.ts";
import { readLeaseEvent } from "./lease-event.ts";

const noonMs = Date.UTC(2026, 4, 11, 12);
const minuteMs = 60_000;
type Fields = Partial<AccountingRequestFields>;

const accessServer: Fields = { nasIpAddress: "198.51.100.1" };

/** The event of a request that arrives so many minutes after noon. */
function eventOf(fields: Fields, minutes = 0, server = accessServer): SessionEvent | NasEvent {
  const bytes = encodeAccountingRequest({
    identifier: 1,
    secret: "testing123",
    statusType: "start",
    userName: "alice",
    sessionId: "S1",
    ...server,
    ...fields,
  });
  const outcome = decodeRadius(bytes);
  assert.equal(outcome.status, "decoded");
  if (outcome.status !== "decoded") throw new Error("unreachable");
  const request = readAccountingRequest(outcome.packet);
  assert.equal(request.invalidAttributes, 0);
  const reading = { lineFrom: "User-Name", feed: "radius" } as const;
  const { event } = readLeaseEvent(request, noonMs + minutes * minuteMs, "192.0.2.250", reading);
  assert.ok(event !== undefined);
  return event as SessionEvent | NasEvent;
}

function prefixesOf(fields: Fields): string[] {
  const event = eventOf(fields);
  return "prefixes" in event
    ? event.prefixes.map(({ words, prefixLength }) => formatPrefix(words, 0, prefixLength))
    : [];
}

/** A ledger that was told of requests, one after the other: its leases in minutes since noon. */
function leasesOf(
  requests: readonly { minutes: number; fields: Fields }[],
): [string, string, number, number][] {
  const ledger = new Ledger({ lines: new LineTable() });
  for (const { minutes, fields } of requests) ledger.apply(eventOf(fields, minutes));
  return [...ledger.log()]
    .filter((row) => row.validToMs > row.validFromMs)
    .map((row): [string, string, number, number] => [
      formatPrefix(row.words, 0, row.prefixLength),
      row.line,
      (row.validFromMs - noonMs) / minuteMs,
      (row.validToMs - noonMs) / minuteMs,
    ]);
}

void test("RFC 2865 5.8: the two addresses that mean whatever the access server takes are no address", () => {
  for (const framedIpAddress of ["255.255.255.255", "255.255.255.254", "0.0.0.0"]) {
    assert.deepEqual(prefixesOf({ framedIpAddress }), []);
  }
  assert.deepEqual(prefixesOf({ framedIpAddress: "192.0.2.7" }), ["192.0.2.7"]);
});

void test("RFC 3162 2.3, RFC 4818 3, RFC 6911 3.1: prefixes and addresses may come several times, and all are the line's", () => {
  assert.deepEqual(
    prefixesOf({
      framedIpv6Prefix: ["2001:db8:1::/64", "2001:db8:2::/64"],
      delegatedIpv6Prefix: ["2001:db8:1000::/40", "2001:db8:2000::/56"],
      framedIpv6Address: ["2001:db8:3::1", "2001:db8:3::2"],
    }).toSorted((a, b) => a.localeCompare(b)),
    [
      "2001:db8:1::/64",
      "2001:db8:1000::/40",
      "2001:db8:2::/64",
      "2001:db8:2000::/56",
      "2001:db8:3::1",
      "2001:db8:3::2",
    ],
  );
});

void test("RFC 3162 2.2: Framed-Interface-Id names one address of the prefix; the whole prefix is the line's", () => {
  const fields = { framedInterfaceId: "0000:0000:0000:0001", framedIpv6Prefix: "2001:db8:1::/64" };
  assert.deepEqual(prefixesOf(fields), ["2001:db8:1::/64"]);
  assert.deepEqual(prefixesOf({ framedInterfaceId: "0000:0000:0000:0001" }), []);
});

void test("RFC 3162 2.5: what Framed-IPv6-Route leads to is the line's", () => {
  assert.deepEqual(prefixesOf({ framedIpv6Route: "2001:db8:106::/64 2001:db8::1 1" }), ["2001:db8:106::/64"]);
});

void test("RFC 2866 5.2, RFC 2869 5.3: an event's time is its Event-Timestamp, else the arrival less the delay", () => {
  const atMinutes = (fields: Fields): number => (eventOf(fields, 10).atMs - noonMs) / minuteMs;
  assert.equal(atMinutes({ delayTimeS: 120 }), 8);
  assert.equal(atMinutes({ eventTimestampMs: noonMs + 5 * minuteMs, delayTimeS: 120 }), 5);
});

void test("RFC 2866 5.1, 5.5: Accounting-On and -Off are of an access server, not of a session, by whichever name it has", () => {
  const named = (fields: Fields): string => {
    const event = eventOf({ statusType: "accountingOn" }, 0, fields);
    assert.equal(event.kind, "nasOn");
    return event.nas;
  };
  assert.equal(named({ nasIpAddress: "198.51.100.1", nasIdentifier: "bras1" }), "198.51.100.1");
  assert.equal(named({ nasIpv6Address: "2001:db8::1", nasIdentifier: "bras1" }), "2001:db8::1");
  assert.equal(named({ nasIdentifier: "bras1" }), "bras1");
  assert.equal(named({}), "192.0.2.250");
  const leases = leasesOf([
    { minutes: 0, fields: { framedIpAddress: "192.0.2.7" } },
    { minutes: 5, fields: { framedIpAddress: "192.0.2.8", sessionId: "S2", nasIpAddress: "198.51.100.2" } },
    { minutes: 30, fields: { statusType: "accountingOff" } },
  ]);
  assert.deepEqual(leases, [
    ["192.0.2.7", "alice", 0, 30],
    ["192.0.2.8", "alice", 5, Number.POSITIVE_INFINITY],
  ]);
});

void test("RFC 2866 5.11: links of a multilink session share a lease, from the first Start to the last Stop", () => {
  const link = (
    sessionId: string,
    statusType: "start" | "stop" | "interimUpdate",
    count: number,
  ): Fields => ({
    sessionId,
    statusType,
    framedIpAddress: "192.0.2.7",
    attributes: [
      { type: 50, value: Buffer.from("10") },
      { type: 51, value: Buffer.from([0, 0, 0, count]) },
    ],
  });
  assert.deepEqual(
    leasesOf([
      { minutes: 0, fields: link("10", "start", 1) },
      { minutes: 10, fields: link("11", "start", 2) },
      { minutes: 20, fields: link("11", "stop", 2) },
      { minutes: 25, fields: link("10", "interimUpdate", 2) },
      { minutes: 40, fields: link("10", "stop", 2) },
    ]),
    [["192.0.2.7", "alice", 0, 40]],
  );
});

void test("RFC 2866 5.1: what says nothing of a lease is no event", () => {
  // Tunnel-Start and Failed (RFC 2867, RFC 2866).
  for (const statusType of [9, 15]) {
    const bytes = encodeAccountingRequest({ identifier: 1, secret: "x", statusType });
    const outcome = decodeRadius(bytes);
    if (outcome.status !== "decoded") throw new Error("not decoded");
    const request = readAccountingRequest(outcome.packet);
    const reading = { lineFrom: "User-Name", feed: "radius" } as const;
    assert.equal(readLeaseEvent(request, noonMs, "192.0.2.250", reading).event, undefined);
  }
});

void test("RFC 2869 5.1, 5.2: octets are counted past 2^32 by Acct-Input-Gigawords and Acct-Output-Gigawords", () => {
  const [inputOctets, outputOctets] = [5 * 2 ** 32 + 7, 3];
  const bytes = encodeAccountingRequest({
    identifier: 1,
    secret: "x",
    statusType: "stop",
    inputOctets,
    outputOctets,
  });
  const outcome = decodeRadius(bytes);
  if (outcome.status !== "decoded") throw new Error("not decoded");
  assert.ok(outcome.packet.attributes.some(({ type }) => type === RadiusType.acctInputGigawords));
  const request = readAccountingRequest(outcome.packet);
  assert.deepEqual([request.inputOctets, request.outputOctets], [inputOctets, outputOctets]);
});
