import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { CollectorStatus } from "../status/snapshot.ts";
import { bridge, collectorStatus, router } from "../status/status.fixture.ts";
import { DOCUMENT, documented } from "./document.ts";
import { families, metricsText } from "./metrics.ts";
import { parseExposition } from "./parse.fixture.ts";

const parsed = parseExposition(metricsText(collectorStatus));
const value = (name: string, labels = ""): number | undefined => parsed.get(name)?.samples.get(labels)?.value;

test("every metric that a full status can tell is there, and nothing else", () => {
  const absent = families.map(({ name }) => name).filter((name) => !parsed.has(name));
  // What this kind of receiver cannot see.
  assert.deepEqual(absent, ["ishizue_received_fragments_total", "ishizue_received_bad_checksums_total"]);
  for (const { name, type, labels } of families) {
    for (const sample of parsed.get(name)?.samples.values() ?? []) {
      assert.deepEqual([...sample.labels.keys()], labels);
      if (type === "counter") assert.ok(sample.value >= 0, name);
    }
  }
});

test("names and helps follow the conventions", () => {
  const names = families.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { name, type, help, labels } of families) {
    assert.match(name, /^ishizue_[a-z][a-z0-9_]*[a-z0-9]$/);
    assert.equal(name.endsWith("_total"), type === "counter", name);
    assert.match(help, /^(sFlow |[A-Z0-9]).*\.$/, name);
    // Base units: seconds and bytes, no prefixes.
    assert.doesNotMatch(name, /_(ms|milliseconds|minutes|octets|kilobytes|megabytes|percent)(_|$)/, name);
    for (const label of labels) assert.match(label, /^[a-z][a-z_]*$/);
  }
});

test("the collector's counters", () => {
  assert.equal(value("ishizue_received_datagrams_total"), 4_001_010);
  assert.equal(value("ishizue_kernel_dropped_datagrams_total"), 0);
  // Two sockets of a group that share address and port.
  assert.equal(value("ishizue_socket_dropped_datagrams_total", '{address="::",port="2055"}'), 5);
  assert.equal(value("ishizue_decode_faults_total", '{kind="undecoded_sets"}'), 17);
  assert.equal(value("ishizue_spool_state", '{state="ok"}'), 1);
  assert.equal(value("ishizue_spool_state", '{state="full"}'), 0);
  assert.equal(value("ishizue_ledger_refused_events_total", '{reason="without_line"}'), 3);
  assert.equal(value("ishizue_accounting_dropped_total", '{reason="unknown_client"}'), 3);
  assert.equal(value("ishizue_worker_records_total", '{worker="1"}'), 6005);
  assert.equal(value("ishizue_worker_kernel_dropped_datagrams_total", '{worker="1"}'), undefined);
});

test("an exporter's losses have the unit of its protocol", () => {
  const ipfix = `{exporter="${router.address}",protocol="IPFIX",unit="records"}`;
  assert.equal(value("ishizue_exporter_sequence_lost_total", ipfix), 24_005);
  assert.equal(value("ishizue_exporter_restarts_total", ipfix), 1);
  const sflow = `{exporter="${bridge.address}",protocol="sFlow v5",unit="datagrams"}`;
  assert.equal(value("ishizue_exporter_sequence_lost_total", sflow), 20);
  assert.equal(value("ishizue_exporter_lost_records_estimate", sflow), 120);
  const v1 = `{exporter="${bridge.address}",protocol="NetFlow v1",unit="none"}`;
  assert.equal(value("ishizue_exporter_messages_total", v1), 10);
  assert.equal(value("ishizue_exporter_sequence_lost_total", v1), undefined);
});

test("an exporter's clock, templates, sampling and samples", () => {
  const labels = `{exporter="${router.address}"}`;
  assert.equal(value("ishizue_exporter_clock_offset_seconds", labels), 4.01);
  assert.equal(value("ishizue_exporter_templates", labels), 12);
  assert.equal(
    value("ishizue_exporter_sampling_interval", `{exporter="${router.address}",origin="options"}`),
    8192,
  );
  assert.equal(value("ishizue_exporter_clock_offset_seconds", `{exporter="${bridge.address}"}`), undefined);
  assert.equal(value("ishizue_exporter_lost_flow_samples_total", `{exporter="${bridge.address}"}`), 118);
  assert.equal(value("ishizue_exporter_effective_sampling_interval", `{exporter="${bridge.address}"}`), 2000);
  const { labels: info } = [...(parsed.get("ishizue_exporter_info")?.samples.values() ?? [])][1];
  assert.equal(info.get("name"), bridge.name);
});

test("IPFIX over TCP and TLS", () => {
  assert.equal(value("ishizue_stream_open_sessions"), collectorStatus.stream?.open);
  assert.equal(value("ishizue_stream_refused_connections_total", '{reason="handshake"}'), 2);
  assert.equal(value("ishizue_stream_closed_sessions_total", '{reason="ended"}'), 4);
  assert.equal(value("ishizue_stream_paused"), 0);
});

test("what is forwarded to other collectors, and why some of it is not", () => {
  const { relay } = collectorStatus;
  assert.ok(relay !== null);
  const targets = relay.targets.map((target) => ({ ...target, dropped: 8, tooLong: 1 }));
  const full = parseExposition(metricsText({ ...collectorStatus, relay: { ...relay, targets } }));
  const samples = [...full]
    .filter(([name]) => name.startsWith("ishizue_relay_"))
    .flatMap(([name, { samples }]) =>
      [...samples].map(([labels, sample]) => `${name.slice(14)}${labels} ${sample.value}`),
    );
  assert.deepEqual(samples, [
    "received_datagrams_total 4001010",
    "received_bytes_total 5601200000",
    "filtered_datagrams_total 10",
    'sent_datagrams_total{target="192.0.2.200:2055"} 4001000',
    'sent_bytes_total{target="192.0.2.200:2055"} 5601190000',
    'sent_from_own_address_datagrams_total{target="192.0.2.200:2055"} 0',
    'dropped_datagrams_total{target="192.0.2.200:2055",reason="queue_full"} 7',
    'dropped_datagrams_total{target="192.0.2.200:2055",reason="too_long"} 1',
    'errors_total{target="192.0.2.200:2055",code="ECONNREFUSED"} 3',
  ]);
});

test("an exporter's datagrams and its sessions over TCP are one exporter", () => {
  const session = {
    ...router,
    lastMessageMs: 1000,
    records: 5,
    templates: { ...router.templates, count: 3 },
  };
  const both = parseExposition(metricsText({ ...collectorStatus, exporters: [router, session] }));
  const of = (name: string): number[] =>
    Array.from(both.get(name)?.samples.values() ?? [], (sample) => sample.value);
  assert.deepEqual(of("ishizue_exporter_records_total"), [router.records + 5]);
  assert.deepEqual(of("ishizue_exporter_templates"), [router.templates.count + 3]);
  assert.deepEqual(of("ishizue_exporter_last_message_timestamp_seconds"), [
    (router.lastMessageMs ?? 0) / 1000,
  ]);
  assert.deepEqual(of("ishizue_exporter_info"), [1]);
  assert.deepEqual(of("ishizue_exporter_lost_records_estimate"), [2 * 24_005]);
});

test("exporters past the bound are counted, not listed", () => {
  assert.equal(value("ishizue_exporters"), 3);
  assert.equal(value("ishizue_exporters_not_listed"), 1);
  const listed = new Set(
    [...parsed.values()].flatMap(({ samples }) =>
      [...samples.values()].flatMap(({ labels }) => labels.get("exporter") ?? []),
    ),
  );
  assert.deepEqual(listed, new Set([router.address, bridge.address]));
});

test("a collector that has just started has metrics too", () => {
  const empty: CollectorStatus = {
    ...collectorStatus,
    receiver: null,
    stream: null,
    accounting: null,
    workers: [],
    exporters: [],
    exportersSeen: 0,
  };
  const names = parseExposition(metricsText(empty));
  assert.ok(names.has("ishizue_received_datagrams_total"));
  assert.ok(!names.has("ishizue_exporter_info"));
});

test("docs/metrics.md lists what there is", () => {
  const text = readFileSync(DOCUMENT, "utf8");
  assert.equal(documented(text), text, "node apps/ishizue/src/metrics/document.ts writes it anew");
});
