import assert from "node:assert/strict";
import { test } from "node:test";
import { AcctStatusType, parseAddress, parsePrefix } from "@ishizue/wire";
import type { AccountingRequest } from "@ishizue/wire";
import { Ledger } from "../lease/ledger.ts";
import { Unattributed } from "../lease/unattributed.ts";
import { LineTable } from "../line/table.ts";
import { ClientTable } from "./client-table.ts";
import { readLeaseEvent } from "./lease-event.ts";
import type { AccountingReading } from "./lease-event.ts";

const t0 = Date.UTC(2026, 4, 11);
const nas = { ...parsePrefix("198.51.100.1")! };

function request(
  status: keyof typeof AcctStatusType,
  more: Partial<AccountingRequest> = {},
): AccountingRequest {
  return {
    statusType: AcctStatusType[status],
    userName: "line",
    sessionId: "1",
    nasIpAddress: nas,
    framedIpAddress: parsePrefix("10.0.0.1")!,
    framedIpv6Address: [],
    framedIpv6Prefix: [],
    delegatedIpv6Prefix: [],
    framedRoute: [],
    framedIpv6Route: [],
    proxyState: [],
    invalidAttributes: 0,
    ...more,
  };
}

function heard(
  ledger: Ledger,
  seconds: number,
  told: AccountingRequest,
  reading: Partial<AccountingReading>,
): void {
  const whole: AccountingReading = { lineFrom: "User-Name", feed: "radius", ...reading };
  const { event } = readLeaseEvent(told, t0 + seconds * 1000, "192.0.2.1", whole);
  assert.ok(event !== undefined);
  ledger.apply(event);
}

function holder(ledger: Ledger, domain: string, seconds: number): string | number {
  const words = new Uint32Array(4);
  parseAddress("10.0.0.1", words, 0);
  const line = ledger.resolveIn(domain, words, 0, t0 + seconds * 1000);
  return line < 0 ? line : ledger.lines.name(line);
}

void test("clients of two routing domains share nothing: neither addresses nor session ids nor the names of access servers", () => {
  const ledger = new Ledger({ lines: new LineTable() });
  heard(ledger, 0, request("start", { userName: "ann" }), { domain: "red" });
  heard(ledger, 1, request("start", { userName: "ben" }), { domain: "blue" });
  assert.deepEqual([holder(ledger, "red", 2), holder(ledger, "blue", 2)], ["ann", "ben"]);
  heard(ledger, 10, request("accountingOn"), { domain: "red" });
  assert.deepEqual([holder(ledger, "red", 11), holder(ledger, "blue", 11)], [Unattributed.otherTime, "ben"]);
  heard(ledger, 20, request("stop", { sessionTimeS: 19 }), { domain: "blue" });
  assert.deepEqual([holder(ledger, "blue", 19), holder(ledger, "blue", 21)], ["ben", Unattributed.otherTime]);
  assert.equal(holder(ledger, "", 2), Unattributed.noLease);
});

void test("an attribute names the domain; by another name it is the same one, and a message without it goes by its session", () => {
  const ledger = new Ledger({ lines: new LineTable() });
  const reading = { domainFrom: "VRF", domainNames: new Map([["default:CUST-A", "red"]]) } as const;
  heard(ledger, 0, request("start", { userName: "ann", vrf: "default:CUST-A" }), reading);
  heard(ledger, 0, request("start", { userName: "ben", vrf: "blue", sessionId: "2" }), reading);
  heard(ledger, 0, request("start", { userName: "cat", sessionId: "3" }), reading);
  assert.deepEqual(
    ["red", "blue", ""].map((domain) => holder(ledger, domain, 1)),
    ["ann", "ben", "cat"],
  );
  heard(ledger, 10, request("stop", { userName: "ann", sessionTimeS: 10 }), reading);
  assert.deepEqual(
    ["red", "blue", ""].map((domain) => holder(ledger, domain, 11)),
    [Unattributed.otherTime, "ben", "cat"],
  );
  // An access server that is in several domains ends its sessions in all of them.
  heard(ledger, 20, request("accountingOff"), reading);
  assert.deepEqual(
    [holder(ledger, "blue", 21), holder(ledger, "", 21)],
    [Unattributed.otherTime, Unattributed.otherTime],
  );
});

void test("a client has the routing domain of the longest prefix that names it", () => {
  const clients = new ClientTable([
    { address: "10.0.0.0/8", secret: "a" },
    { address: "10.1.0.0/16", secret: "b", domain: "red" },
  ]);
  const domainOf = (text: string): string | undefined => {
    const words = new Uint32Array(4);
    parseAddress(text, words, 0);
    return clients.client(words)?.domain;
  };
  assert.deepEqual(
    [domainOf("10.1.2.3"), domainOf("10.2.2.3"), domainOf("10.1.2.4")],
    ["red", undefined, "red"],
  );
});
