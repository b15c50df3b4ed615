import assert from "node:assert/strict";
import { test } from "node:test";
import type { CollectorStatus } from "../snapshot.ts";
import { bridge, collectorStatus, NOW_MS, router, routerDetail } from "../status.fixture.ts";
import { exporterPage } from "./exporter-page.ts";
import { overview } from "./overview.ts";
import { coloured, plain } from "./paint.ts";

const lines = (text: string): string[] => text.trimEnd().split("\n");
// oxlint-disable-next-line no-control-regex
const stripped = (text: string): string => text.replaceAll(/\u001b\[\d+m/g, "");

test("the page tells the collector and each exporter", () => {
  assert.deepEqual(lines(overview(collectorStatus, NOW_MS, 120, plain)), [
    "ishizue running, up 11 h 7 min",
    "  listening     flows on UDP 2055, 4739, 6343, by recvmmsg with 2 workers; IPFIX on TCP 4739 and TLS 4740, 2 sessions",
    "                open, 2 handshakes failed; RADIUS accounting on UDP 1813",
    "  why           no ring: it needs CAP_NET_RAW, which this process has not",
    "  received      4,001,010 datagrams (5.60 GB): 120,006,005 flow records, 5,000 options records, 48,000 templates",
    "  lost here     nothing",
    "  not read      12 datagrams of no known protocol, 17 sets without a template, 1 record malformed",
    "  stored        120,006,000 records on disk; 2 blocks (3.15 MB) wait for the store",
    "  lines         402,123 lines, 812,331 leases; 99 % of records have a line; 5 records of unknown sampling interval",
    "  late leases   34,120 records credited anew: 8.12 GB that had no line, 440 MB of another line before, 120 MB of none",
    "                now; 66 runs, the last 4 min ago; final after 7 d 0 h",
    "  forwarded     4,001,000 datagrams to 192.0.2.200:2055, 3 errors (ECONNREFUSED)",
    "  accounting    100 datagrams, 90 events, 3 not answered",
    "  NATs          51,000 events of flow exports, 8,000 bindings of 8,100 syslog messages, 5 not taken",
    "",
    "Workers",
    "  WORKER  EXPORTERS  DATAGRAMS      RECORDS  DROPPED BY THE KERNEL",
    "       0          1  4,000,000  120,000,000                      0",
    "       1          1      1,010        6,005               not told",
    "",
    "Exporters (2 of 3)",
    "  EXPORTER                                PROTOCOL    RECORDS/S      RECORDS  LOST                SAMPLING",
    "  192.0.2.1                               IPFIX          12,300  120,000,000  0.020 % of records  1 in 8,192",
    "    edge-1 · edge · sampled 1 in 8,192, told by its options data · clock 4.0 s ahead · 12 templates, sent 40 s ago",
    "    3 messages came twice · 1 message came late · 1 restart · 2 sets waiting for a template · 10 sets without a template",
    "  2001:db8:ffff:ffff:ffff:ffff:ffff:fff1  sFlow v5          3.2        6,005  2.0 % of datagrams  1 in 1,000 +1",
    "                                          NetFlow v1                          not told",
    "    tor\ufffd[31m-7 · access · silent for 12 min · sampled 1 in 1,000, told by its records · 118 flow samples lost",
    "    7 samples dropped by the agent",
  ]);
});

test("the page of one exporter tells its templates by the names of their fields", () => {
  assert.deepEqual(lines(exporterPage(routerDetail, NOW_MS, 100, plain)), [
    "192.0.2.1 (edge-1), edge",
    "  received      4,000,000 messages (5.60 GB), 120,000,000 flow records, 12,300 a second in the last",
    "                minute",
    "  heard         first 11 h 7 min ago, last 400 ms ago",
    "  booted        2026-03-31 12:00:00 UTC by its own clock, 41 d 0 h ago",
    "  clock         clock 4.0 s ahead; messages are 4.0 s ahead of their arrival in the median, ± 12 ms",
    "  templates     12 held, last sent 40 s ago; 0 changes, 0 withdrawals",
    "  held          2 sets waiting for a template; 5 sets read when theirs came",
    "  not read      10 undecoded sets",
    "",
    "Sequences",
    "  PROTOCOL   MESSAGES              COUNTED  LOST                LOST RECORDS  TWICE  LATE  RESTARTS",
    "  IPFIX     4,000,000  120,000,000 records  0.020 % of records        24,005      3     1         1",
    "",
    "Sampling",
    "  PACKETS     FROM                                 SEEN IN        LAST",
    "  1 in 8,192  told by its options data  3,999,990 messages  400 ms ago",
    "",
    "IPFIX, observation domain 7",
    "  samplers      1 SAMPLER-1 (1 in 8,192)",
    "  interfaces    3 xe-0/0/3 (1 in 100), 4 to\ufffd[2J customers",
    "  vrfs          1 internet",
    "  applications  http, ntp",
    "  template 256: 5 fields, at least 21 octets a record, sent 60 s ago",
    "    sourceIPv4Address 4, destinationIPv4Address 4, octetDeltaCount 8, packetDeltaCount 4,",
    "    applicationName",
    "  options template 257: 2 fields, 8 octets a record",
    "    scope selectorId 4, samplingInterval 4",
    "",
    "not shown: 2 templates, 1 application",
  ]);
});

test("the samples of an sFlow agent, and how often it really samples", () => {
  const page = exporterPage({ ...bridge, domains: [], notShown: routerDetail.notShown }, NOW_MS, 100, plain);
  assert.match(page, /flow {10}6,000 samples of 96 data sources, 118 lost \(1\.9 %\)/);
  assert.match(page, /interval {6}1 in 2,000 really, by the pool that the agent counts/);
  assert.match(page, /unknown {5}told by nobody: in no estimate/);
});

test("no line is wider than the terminal, from 80 columns on", () => {
  for (let columns = 80; columns <= 130; columns++) {
    for (const page of [
      overview(collectorStatus, NOW_MS, columns, plain),
      exporterPage(routerDetail, NOW_MS, columns, plain),
    ]) {
      for (const line of lines(page)) assert.ok(line.length <= columns, `${columns}: ${line}`);
    }
  }
});

test("colour changes no character and nothing of the layout", () => {
  for (const columns of [80, 120]) {
    const page = overview(collectorStatus, NOW_MS, columns, coloured);
    assert.notEqual(page, stripped(page));
    assert.equal(stripped(page), overview(collectorStatus, NOW_MS, columns, plain));
    const detail = exporterPage(routerDetail, NOW_MS, columns, coloured);
    assert.equal(stripped(detail), exporterPage(routerDetail, NOW_MS, columns, plain));
  }
});

test("what an exporter calls itself cannot steer the terminal", () => {
  const hostile = { ...router, name: "a\u001b]0;owned\u0007\r\nb\u202ec\u009b31m" };
  const pages = [
    overview({ ...collectorStatus, exporters: [hostile] }, NOW_MS, 120, plain),
    exporterPage({ ...routerDetail, name: hostile.name }, NOW_MS, 120, plain),
  ];
  for (const page of pages) assert.doesNotMatch(page.replaceAll("\n", ""), /\p{C}/u);
});

test("trouble is named with what to do, and where nobody can know it is said", () => {
  const troubled: CollectorStatus = {
    ...collectorStatus,
    state: "full",
    receiver: { ...(collectorStatus.receiver ?? assert.fail()), kernelDrops: 7, fragments: 2 },
    pipeline: { ...collectorStatus.pipeline, rowsLost: 9, refusedDatagrams: 1 },
    exporters: [],
  };
  const page = overview(troubled, NOW_MS, 400, plain);
  assert.match(page, /running, but the spool is full: records are lost/);
  assert.match(
    page,
    /lost here {5}7 datagrams dropped by the kernel: raise listen\.receiveBufferBytes and net\.core\.rmem_max; 2 datagrams in fragments; 9 records that the disk did not take; 1 datagram of exporters past limits\.exporters/,
  );
  assert.match(page, /No exporter has been heard of yet\./);
  const unknown = { ...troubled, pipeline: collectorStatus.pipeline };
  const receiver = { ...(collectorStatus.receiver ?? assert.fail()), kernelDrops: null };
  assert.match(
    overview({ ...unknown, receiver }, NOW_MS, 400, plain),
    /the system does not tell what the kernel drops/,
  );
});
