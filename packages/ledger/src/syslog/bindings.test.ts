import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatAddress } from "@ishizue/wire";
import type { BindingEvent } from "../lease/event.ts";
import { SyslogBindingReader } from "./bindings.ts";

const knownMs = Date.UTC(2026, 4, 11, 12);
const reader = new SyslogBindingReader({ timeZone: "Asia/Tokyo" });

function words(event: BindingEvent): Record<string, unknown> {
  const { kind, atMs, nas, prefix, inside, startMs, isSession } = event;
  const { first, last } = prefix.ports!;
  return {
    kind,
    at: new Date(atMs).toISOString(),
    nas,
    inside: inside === undefined ? null : formatAddress(inside.words, 0),
    outside: `${formatAddress(prefix.words, 0)}:${first}-${last}`,
    ...(startMs === undefined ? {} : { start: new Date(startMs).toISOString() }),
    ...(isSession === true ? { isSession } : {}),
  };
}

function read(line: string): unknown {
  const found = reader.read(line, Number.NaN, knownMs);
  return typeof found === "object" ? found.events.map(words) : found;
}

test("Juniper MX, service cards: blocks with the time of the event in UTC and the time of allocation", () => {
  assert.deepEqual(
    read(
      "<30>May 11 20:45:04 graphite (FPC Slot 2, PIC Slot 0) 2026-05-11 11:45:04: NAT{SET1}[jservices-nat]: JSERVICES_NAT_PORT_BLOCK_ALLOC: 10.20.0.5 -> 192.0.2.33:1024-1151 0x6a01c140",
    ),
    [
      {
        kind: "allocate",
        at: "2026-05-11T11:45:04.000Z",
        nas: "graphite",
        inside: "10.20.0.5",
        outside: "192.0.2.33:1024-1151",
        start: "2026-05-11T11:45:04.000Z",
      },
    ],
  );
  assert.deepEqual(
    read(
      "Oct 30 21:48:35  graphite (FPC Slot 2, PIC Slot 0) 2011-10-31 04:48:34 [FWNAT]:ASP_NAT_PORT_BLOCK_RELEASE: 3002:0:0:0:0:0:0:1 -> 33.33.0.3:1050-1099",
    ),
    [
      {
        kind: "release",
        at: "2011-10-31T04:48:34.000Z",
        nas: "graphite",
        inside: "3002::1",
        outside: "33.33.0.3:1050-1099",
      },
    ],
  );
});

test("Juniper MX-SPC3 and SRX: blocks in structured data and in words", () => {
  assert.deepEqual(
    read(
      '<14>1 2022-04-04T16:50:26.069+02:00 srx RT_NAT - RT_SRC_NAT_PBA_RELEASE [junos@2636.1.1.1.2.129 internal-ip="10.0.10.10" block-used="1" block-max-per-host="4" block-port-low="48640" block-port-high="48895" reflexive-ip="198.51.100.172" nat-pool-name="guest" logical-system-id="0" epoch-time-64="624b0492"]',
    ),
    [
      {
        kind: "release",
        at: "2022-04-04T14:50:26.069Z",
        nas: "srx",
        inside: "10.0.10.10",
        outside: "198.51.100.172:48640-48895",
        start: "2022-04-04T14:45:38.000Z",
      },
    ],
  );
  assert.deepEqual(
    read(
      "May 11 20:00:00 srx RT_NAT: RT_SRC_NAT_PBA_INTERIM: Subscriber 20.0.0.2 used/maximum [1/8] blocks, allocates port block [1024-1151] from 30.0.0.1 in source pool pba lsys_id: 0",
    ),
    [
      {
        kind: "active",
        at: "2026-05-11T11:00:00.000Z",
        nas: "srx",
        inside: "20.0.0.2",
        outside: "30.0.0.1:1024-1151",
      },
    ],
  );
});

test("Cisco CGv6: several assignments in one message, of NAT44 and of DS-Lite", () => {
  assert.deepEqual(
    read(
      "<134>1 2026 May 11 10:30:45 192.168.2.3 - - NAT44 - [UserbasedA - 10.1.32.45 INVRFA - 100.1.1.28 - 12544 12671 - -][UserbasedW - - - 2001:db8:b4::1 100.1.1.29 - 1024 1151 - -][SessionbasedAD 6 10.1.32.46 INVRFA - 100.1.1.28 5000 2000 - 8.8.8.8 53]",
    ),
    [
      {
        kind: "allocate",
        at: "2026-05-11T01:30:45.000Z",
        nas: "192.168.2.3",
        inside: "10.1.32.45",
        outside: "100.1.1.28:12544-12671",
      },
      {
        kind: "release",
        at: "2026-05-11T01:30:45.000Z",
        nas: "192.168.2.3",
        inside: "2001:db8:b4::1",
        outside: "100.1.1.29:1024-1151",
      },
      {
        kind: "allocate",
        at: "2026-05-11T01:30:45.000Z",
        nas: "192.168.2.3",
        inside: "10.1.32.46",
        outside: "100.1.1.28:2000-2000",
        isSession: true,
      },
    ],
  );
});

test("Huawei NE and what else speaks the form of China's carriers", () => {
  assert.deepEqual(
    read(
      "<134> 1 2026 January 18 14:09:22 192.0.2.9 cnelog - NAT444:UserbasedA [- 10.22.24.13 - 203.0.113.99 - 1024 2047]",
    ),
    [
      {
        kind: "allocate",
        at: "2026-01-18T05:09:22.000Z",
        nas: "192.0.2.9",
        inside: "10.22.24.13",
        outside: "203.0.113.99:1024-2047",
      },
    ],
  );
  assert.deepEqual(
    read(
      "<134> 1 2026 Apr 14 18:54:19 PLAYLINK - - NAT444:sessionbasedW [6 100.64.6.37 - 203.0.113.159 48558 38287 - 198.51.100.54 5222]",
    ),
    [
      {
        kind: "release",
        at: "2026-04-14T09:54:19.000Z",
        nas: "PLAYLINK",
        inside: "100.64.6.37",
        outside: "203.0.113.159:38287-38287",
        isSession: true,
      },
    ],
  );
  assert.deepEqual(
    read(
      "<134> 1 2013 Nov 26 11:46:51 172.254.100.10 FW - DSLITE:UserbasedW [- - 2001:db8::98 203.0.113.238 - 4096 8191]",
    ),
    [
      {
        kind: "release",
        at: "2013-11-26T02:46:51.000Z",
        nas: "172.254.100.10",
        inside: "2001:db8::98",
        outside: "203.0.113.238:4096-8191",
      },
    ],
  );
});

test("A10 Thunder: batches and ports in CEF, ports in ASCII", () => {
  assert.deepEqual(
    read(
      "2025-05-02T11:34:56.87+00:00 10.254.254.57 cgn0.thn2/cgn-demo  CEF:0|A10|CFW|6.0.0-P1|CGN 106|Nat Port Batch Pool Allocated|5|proto=UDP src=100.65.140.73 sourceTranslatedAddress=203.0.113.12 sourceTranslatedPort=22016 cn3=22271 cn3Label=Last Nat Port",
    ),
    [
      {
        kind: "allocate",
        at: "2025-05-02T11:34:56.870Z",
        nas: "10.254.254.57",
        inside: "100.65.140.73",
        outside: "203.0.113.12:22016-22271",
      },
    ],
  );
  assert.deepEqual(
    read(
      "2025-05-02T11:35:00.62+00:00 10.254.254.57 cgn0 CEF:0|A10|CFW|6.0.0-P1|CGN 101|Nat Port Freed|5|proto=ICMP src=100.65.150.5 spt=37892 sourceTranslatedAddress=203.0.113.8 sourceTranslatedPort=37892",
    ),
    [
      {
        kind: "release",
        at: "2025-05-02T11:35:00.620Z",
        nas: "10.254.254.57",
        inside: "100.65.150.5",
        outside: "203.0.113.8:37892-37892",
        isSession: true,
      },
    ],
  );
  assert.deepEqual(
    read("<134>May  2 20:00:01 a10 NAT-TCP-N: 10.0.0.7:40000<-->203.0.113.8:40001 to 198.51.100.1:443"),
    [
      {
        kind: "allocate",
        at: "2026-05-02T11:00:01.000Z",
        nas: "a10",
        inside: "10.0.0.7",
        outside: "203.0.113.8:40001-40001",
        isSession: true,
      },
    ],
  );
});

test("F5 BIG-IP: blocks in its own and in Splunk's format, sessions", () => {
  const block = {
    kind: "allocate",
    at: "2025-07-23T00:33:42.000Z",
    nas: "www.example.com",
    inside: "10.10.10.1",
    outside: "203.0.113.9:10240-10255",
  };
  const header = "<134>Jul 23 09:33:42 www.example.com ";
  assert.deepEqual(read(`${header}"LSN_PB_ALLOCATED""10.10.10.1%0""203.0.113.9%0:10240-10255"`), [block]);
  assert.deepEqual(
    read(`${header}lsn_event="LSN_PB_ALLOCATED",lsn_client="10.10.10.1",lsn_pb="203.0.113.9: 10240-10255"`),
    [block],
  );
  assert.deepEqual(read(`${header}"LSN_PB_RELEASED""2001:db8:1:12::100""203.0.113.9:10240-10255"`), [
    { ...block, kind: "release", inside: "2001:db8:1:12::100" },
  ]);
  assert.deepEqual(read(`${header}"LSN_DELETE" "TCP" "10.10.10.1%0:33950" "203.0.113.1%0:10000"`), [
    { ...block, kind: "release", outside: "203.0.113.1:10000-10000", isSession: true },
  ]);
});

test("Fortinet FortiGate: blocks with the time of the event, and how long they were held", () => {
  const line = (id: number, more = ""): string =>
    `<189>date=2026-05-11 time=20:00:00 devname="fg" logid="01000${id}" type="event" subtype="system" level="notice" vd="root" eventtime=1778497200000000000 tz="+0900" saddr="10.1.100.5" nat=203.0.113.200 portbegin=5117 portend=5244 poolname="pba"${more}`;
  assert.deepEqual(read(line(22015)), [
    {
      kind: "allocate",
      at: "2026-05-11T11:00:00.000Z",
      nas: "",
      inside: "10.1.100.5",
      outside: "203.0.113.200:5117-5244",
    },
  ]);
  assert.deepEqual(read(line(22016, " duration=3600")), [
    {
      kind: "release",
      at: "2026-05-11T11:00:00.000Z",
      nas: "",
      inside: "10.1.100.5",
      outside: "203.0.113.200:5117-5244",
      start: "2026-05-11T10:00:00.000Z",
    },
  ]);
});

test("Nokia 7750 SR: blocks that are mapped and freed", () => {
  assert.deepEqual(
    read(
      '<134>May 11 20:00:00 sr1 TMNX: 15 vprn12 NAT-MINOR-tmnxNatPlBlockAllocationLsn-2012 [NAT]: "{8} Map  192.0.2.29 [1024-1055] MDA 3/1 -- 276824065 classic-lsn-sub %204 vprn15 10.10.10.101 at 2026/05/11 11:00:00"',
    ),
    [
      {
        kind: "allocate",
        at: "2026-05-11T11:00:00.000Z",
        nas: "sr1",
        inside: "10.10.10.101",
        outside: "192.0.2.29:1024-1055",
      },
    ],
  );
});

test("messages about something else are none, those about bindings that cannot be read say why", () => {
  assert.equal(read("<34>1 2026-05-11T10:00:00Z host su - ID47 - 'su root' failed"), undefined);
  assert.equal(read(""), undefined);
  assert.equal(
    read("May 11 20:00:00 mx JSERVICES_NAT_PORT_BLOCK_ALLOC: 10.0.0.1 -> nowhere"),
    "the port block of the message cannot be read",
  );
  assert.equal(
    read("JSERVICES_NAT_PORT_BLOCK_ALLOC: 10.0.0.1 -> 192.0.2.1:1024-1151"),
    "it has no time, or one before 2000 or yet to come",
  );
  assert.equal(
    read("May 11 20:00:00 mx JSERVICES_NAT_PORT_BLOCK_ALLOC: 10.0.0.1 -> 192.0.2.1:1151-1024"),
    "its ports are none",
  );
  assert.equal(
    read("May 11 20:00:00 mx JSERVICES_NAT_PORT_BLOCK_ALLOC: 10.0.0.1.2 -> 192.0.2.1:1024-1151"),
    'its inside address "10.0.0.1.2" is none',
  );
});

test("a message without a time it can have is timed by its arrival", () => {
  const arrivalMs = knownMs - 500;
  const found = reader.read(
    "<30>JSERVICES_NAT_PORT_BLOCK_ALLOC: 10.0.0.1 -> 192.0.2.1:1024-1151",
    arrivalMs,
    knownMs,
    "192.0.2.250",
  );
  assert.ok(typeof found === "object" && found.clockNotBelieved);
  assert.deepEqual([found.events[0].atMs, found.events[0].nas], [arrivalMs, "192.0.2.250"]);
});

test("a time without a year is the last one before the message was known", () => {
  const line = "Dec 31 20:00:00 mx JSERVICES_NAT_PORT_BLOCK_ALLOC: 10.0.0.1 -> 192.0.2.1:1024-1151";
  const found = reader.read(line, Number.NaN, Date.UTC(2026, 0, 3));
  assert.equal(typeof found === "object" && found.events[0].atMs, Date.UTC(2025, 11, 31, 11));
});

test("no text throws", () => {
  const piece = fc.constantFrom(
    "JSERVICES_NAT_PORT_BLOCK_ALLOC: ",
    "RT_SRC_NAT_PBA_ALLOC ",
    "[UserbasedA - ",
    "NAT444:SessionbasedW [",
    'LSN_PB_ALLOCATED"',
    "CEF:0|A10|",
    "portbegin=",
    "Map 1.2.3.4 [1-2] ",
    "May 11 20:00:00 ",
    "1 2026 May 11 ",
    "]",
    "10.0.0.1",
    "-> 192.0.2.1:1024-1151",
    "2001:db8::1",
    " - ",
    "99999999999",
  );
  const text = fc.array(fc.oneof(piece, fc.string()), { maxLength: 12 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, (line) => {
      const found = reader.read(line, knownMs, knownMs);
      if (typeof found !== "object") return;
      for (const { prefix } of found.events) assert.ok(prefix.ports!.last <= 65_535);
    }),
    { numRuns: 2000 },
  );
});
