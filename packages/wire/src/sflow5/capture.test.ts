import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { formatAddress } from "../address/format.ts";
import { DecodeOutcome } from "../decode/outcome.ts";
import { Exporter } from "../exporter/exporter.ts";
import { FlowBatch } from "../flow/batch.ts";
import { decodeSflow5 } from "./decode.ts";
import { readSflow5Message, type Sflow5Message } from "./message.ts";

const captures = new URL("../../../../../shared/captures/", import.meta.url);

/** Case, flow samples, counter samples and records of the datagrams in the case's order (INDEX.tsv). */
const cases: [string, { flow: number; counters: number; records: Record<string, number> }[]][] = [
  ["cistern-counter-sample", [{ flow: 0, counters: 1, records: { "0:2": 1, "0:1": 1 } }]],
  ["cistern-flow-sample", [{ flow: 1, counters: 0, records: { "0:1": 1, "0:1001": 1 } }]],
  ["cistern-flow-sample-3", [{ flow: 3, counters: 0, records: { "0:1": 3, "0:1001": 3 } }]],
  ["cistern-flow-samples-2", [{ flow: 2, counters: 0, records: { "0:1": 2, "0:1001": 2 } }]],
  ["lcs-sflow-1-counters-sample", [{ flow: 0, counters: 1, records: { "0:1": 1 } }]],
  ["lcs-sflow-counters-sample", [{ flow: 0, counters: 12, records: { "0:1001": 1, "0:1": 9, "0:2201": 2 } }]],
  ["lcs-sflow-flow-sample", [{ flow: 1, counters: 0, records: { "0:1": 1, "0:1001": 1, "0:2": 1 } }]],
  ["lcs-sflow-flow-sample-eth-vlan", [{ flow: 1, counters: 0, records: { "0:1": 1 } }]],
  ["lcs-sflow-with-lag-counters", [{ flow: 5, counters: 2, records: { "0:1": 7, "0:2": 2, "0:7": 2 } }]],
  [
    "lit-goflow2-sflow",
    [
      { flow: 1, counters: 0, records: { "0:1": 1 } },
      { flow: 5, counters: 0, records: { "0:1": 5, "0:1001": 5 } },
    ],
  ],
  [
    "lit-vflow-sflow",
    [
      { flow: 5, counters: 0, records: { "0:1": 5, "0:1001": 5, "0:1002": 5 } },
      { flow: 5, counters: 0, records: { "0:1": 5, "0:1001": 5, "0:1002": 3, "0:1003": 3 } },
    ],
  ],
  ["telegraf-sflow-issue-15918", [{ flow: 6, counters: 1, records: { "0:1": 7, "0:2": 1, "0:1001": 6 } }]],
  ["telegraf-sflow-v5-example", [{ flow: 0, counters: 1, records: { "0:1": 1, "0:1005": 1 } }]],
];

function datagrams(name: string): Uint8Array[] {
  const folder = new URL(`${name}/`, captures);
  return readdirSync(folder)
    .filter((file) => /^\d+-.*\.(?:bin|dat|dump)$/.test(file))
    .toSorted()
    .map((file) => Uint8Array.from(readFileSync(new URL(file, folder))));
}

function decode(bytes: Uint8Array): { batch: FlowBatch; outcome: DecodeOutcome } {
  const batch = new FlowBatch(64);
  const outcome = new DecodeOutcome();
  const view = new DataView(bytes.buffer);
  decodeSflow5(bytes, view, 0, bytes.length, new Exporter("192.0.2.1", 3), 1_700_000_000_123, batch, outcome);
  return { batch, outcome };
}

function read(bytes: Uint8Array): Sflow5Message {
  const message = readSflow5Message(bytes, 0, bytes.length);
  assert.ok(message);
  return message;
}

for (const [name, expected] of cases) {
  const skip = existsSync(new URL(`${name}/`, captures)) ? false : `no capture ${name}`;

  test(`${name}: every sample and record is found`, { skip }, () => {
    const found = datagrams(name);
    assert.equal(found.length, expected.length);
    for (const [index, bytes] of found.entries()) {
      const { batch, outcome } = decode(bytes);
      const { flow, counters, records } = expected[index];
      assert.deepEqual(
        [outcome.status, outcome.flowSamples, outcome.counterSamples, outcome.rows, batch.rowCount],
        ["decoded", flow, counters, flow, flow],
      );
      assert.deepEqual([outcome.malformedSets, outcome.malformedRecords, outcome.nonIpSamples], [0, 0, 0]);
      const counted: Record<string, number> = {};
      for (const set of read(bytes).sets) {
        assert.equal(set.kind, "sample");
        assert.equal(set.records[0]["cutRecords"], undefined);
        for (const format of set.records[0]["sampleRecords"] as string[])
          counted[format] = (counted[format] ?? 0) + 1;
      }
      assert.deepEqual(counted, records);
    }
  });

  test(`${name}: rows agree with Wireshark's decode`, { skip }, () => {
    const peers = JSON.parse(
      readFileSync(new URL(`${name}/expected/tshark.json`, captures), "utf8"),
    ) as unknown[];
    for (const [index, bytes] of datagrams(name).entries()) {
      const { batch } = decode(bytes);
      const samples = flowSamples(peers[index]);
      assert.equal(samples.length, batch.rowCount);
      for (const [row, sample] of samples.entries()) {
        const one = (...keys: string[]): string | undefined =>
          keys.map((key) => find(sample, key)).find(Boolean);
        assert.equal(String(batch.samplingInterval[row]), one("sflow.flow_sample.sampling_rate"));
        assert.equal(
          batch.ingressInterface[row],
          ifIndex(one("sflow.flow_sample.input_interface", "sflow.flow_sample.input_interface_value")),
        );
        // Format 2 says how many interfaces the packet leaves by, not which.
        const several = one("sflow.flow_sample.output_interface_format") === "2";
        assert.equal(
          batch.egressInterface[row],
          several ? 0 : ifIndex(one("sflow.flow_sample.output_interface_value")),
        );
        assert.equal(formatAddress(batch.sourceAddress, 4 * row), one("ip.src", "ipv6.src"));
        assert.equal(formatAddress(batch.destinationAddress, 4 * row), one("ip.dst", "ipv6.dst"));
        const octets = Number(one("ip.len") ?? Number(one("ipv6.plen")) + 40);
        assert.equal(batch.octetDeltaCount[row], octets);
        assert.equal(batch.packetDeltaCount[row], 1);
        const ports = [batch.sourceTransportPort[row], batch.destinationTransportPort[row]];
        assert.deepEqual(ports.map(String), [
          one("tcp.srcport", "udp.srcport") ?? "0",
          one("tcp.dstport", "udp.dstport") ?? "0",
        ]);
        assert.equal(batch.tcpControlBits[row], Number(one("tcp.flags") ?? 0));
        assert.equal(String(batch.vlanId[row]), one("sflow_245.vlan.in", "vlan.id") ?? "0");
        const as = one("sflow_245.as");
        if (as !== undefined) {
          const source = one("sflow_245.srcAS");
          assert.equal(String(batch.bgpSourceAsNumber[row]), source === "0" ? as : source);
          assert.notEqual(batch.bgpDestinationAsNumber[row], 0);
        }
        assert.deepEqual([batch.flowEndMs[row], batch.exporterIndex[row]], [1_700_000_000_123, 3]);
      }
    }
  });
}

/** 0x3fffffff stands for the device itself, which is no ifIndex. */
function ifIndex(value: string | undefined): number {
  return value === "1073741823" ? 0 : Number(value);
}

/** The flow samples of one of tshark's packets, in wire order. */
function flowSamples(packet: unknown): object[] {
  const layers = (packet as { _source: { layers: { sflow: Record<string, unknown> } } })._source.layers;
  return Object.entries(layers.sflow)
    .filter(([key]) => /low sample, seq/.test(key))
    .map(([, sample]) => sample as object);
}

/** The first text value of `key` anywhere below `node`; headers quoted inside ICMP errors come later. */
function find(node: object, key: string): string | undefined {
  for (const [name, value] of Object.entries(node)) {
    if (name === key && typeof value === "string") return value;
    if (typeof value === "object" && value !== null) {
      const below = find(value as object, key);
      if (below !== undefined) return below;
    }
  }
  return undefined;
}

const telegraf = "telegraf-sflow-issue-15918";
test(
  "telegraf-sflow-issue-15918: counters agree with telegraf",
  { skip: existsSync(new URL(`${telegraf}/`, captures)) ? false : `no capture ${telegraf}` },
  () => {
    const record = read(datagrams(telegraf)[0]).sets[0].records[0];
    assert.deepEqual(
      ["ifIndex", "ifInOctets", "ifInUcastPkts", "ifInMulticastPkts", "ifInBroadcastPkts", "ifOutOctets"].map(
        (n) => record[n],
      ),
      [101, 21286022420858, 1153749508, 81495048, 2502106, 8929238553590],
    );
    const example = read(datagrams("telegraf-sflow-v5-example")[0]);
    assert.deepEqual(
      [example.agentAddress, example.observationDomainId, example.sysUpTimeMs],
      ["192.168.119.184", 100000, 12414],
    );
    assert.deepEqual(
      ["interfaceName", "ifSpeed", "ifInOctets", "ifInUcastPkts"].map((n) => example.sets[0].records[0][n]),
      ["eno1", 1000000000, 3910, 28],
    );
  },
);
