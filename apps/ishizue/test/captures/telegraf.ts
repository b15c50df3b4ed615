import { readFileSync } from "node:fs";
import type { FieldValue, Message, MessageRecord } from "@ishizue/wire";
import { compareField, type Comparison, textOf, valuesOf } from "./comparison.ts";

/** Telegraf's names for NetFlow and IPFIX; null: worked out by it, or of the message. */
const flowNames: Readonly<Record<string, readonly string[] | null>> = {
  app_desc: ["applicationDescription"],
  app_id: ["applicationId"],
  app_name: ["applicationName"],
  bgp_dst_as: ["bgpDestinationAsNumber"],
  bgp_src_as: ["bgpSourceAsNumber"],
  dst: ["destinationIPv4Address", "destinationIPv6Address"],
  dst_mask: ["destinationIPv4PrefixLength"],
  dst_port: ["destinationTransportPort"],
  engine_id: ["engineId"],
  engine_type: ["engineType"],
  first_switched: ["flowStartSysUpTime"],
  flow_end_ms: ["flowEndMilliseconds"],
  flow_start_ms: ["flowStartMilliseconds"],
  flows: null,
  fwd_reason: null,
  fwd_status: null,
  icmp_code: ["icmpTypeCodeIPv4"],
  icmp_type: ["icmpTypeCodeIPv4"],
  in_bytes: ["octetDeltaCount"],
  in_packets: ["packetDeltaCount"],
  in_snmp: ["ingressInterface"],
  interface: ["interfaceName"],
  interface_desc: ["interfaceDescription"],
  last_switched: ["flowEndSysUpTime"],
  next_hop: ["ipNextHopIPv4Address"],
  out_snmp: ["egressInterface"],
  protocol: ["protocolIdentifier"],
  sampling_interval: null,
  seq_number: null,
  src: ["sourceIPv4Address", "sourceIPv6Address"],
  src_mask: ["sourceIPv4PrefixLength"],
  src_port: ["sourceTransportPort"],
  src_tos: ["ipClassOfService"],
  sys_uptime: null,
  tcp_flags: ["tcpControlBits"],
};

/** NetFlow v5 has the engine in its header. */
const netflow5Names: typeof flowNames = { ...flowNames, engine_id: null, engine_type: null };

/** Telegraf's names for sFlow samples. */
const sampleNames: Readonly<Record<string, readonly string[] | null>> = {
  ...flowNames,
  agent_ip: null,
  agent_subid: null,
  collision_frames_multi: ["dot3StatsMultipleCollisionFrames"],
  collision_frames_single: ["dot3StatsSingleCollisionFrames"],
  collisions_excessive: ["dot3StatsExcessiveCollisions"],
  collisions_late: ["dot3StatsLateCollisions"],
  datalink_frame_type: null,
  deferred: ["dot3StatsDeferredTransmissions"],
  direction: null,
  dst_mac: ["destinationMacAddress"],
  errors_alignment: ["dot3StatsAlignmentErrors"],
  errors_carrier_sense: ["dot3StatsCarrierSenseErrors"],
  errors_fcs: ["dot3StatsFCSErrors"],
  errors_frame_too_long: ["dot3StatsFrameTooLongs"],
  errors_internal_mac_rx: ["dot3StatsInternalMacReceiveErrors"],
  errors_internal_mac_tx: ["dot3StatsInternalMacTransmitErrors"],
  errors_sqetest: ["dot3StatsSQETestErrors"],
  errors_symbols: ["dot3StatsSymbolErrors"],
  fragment_flags: null,
  fragment_offset: null,
  in_broadcast_packets_total: ["ifInBroadcastPkts"],
  in_bytes: ["ifInOctets"],
  in_dropped_packets: ["ifInDiscards"],
  in_errors: ["ifInErrors"],
  in_mcast_packets_total: ["ifInMulticastPkts"],
  in_snmp: ["ingressInterface", "ifIndex"],
  in_src_mac: ["sourceMacAddress"],
  in_total_packets: ["samplePool"],
  in_unicast_packets_total: ["ifInUcastPkts"],
  in_unknown_protocol: ["ifInUnknownProtos"],
  interface: ["ifIndex"],
  interface_type: ["ifType"],
  ip_total_len: null,
  ip_version: ["ipVersion"],
  ipv4_id: null,
  ipv4_inet_header_len: null,
  ipv4_total_len: ["ipTotalLength"],
  ipv6_total_len: null,
  l2_bytes: ["dataLinkFrameSize"],
  l2_protocol: null,
  out_broadcast_packets_total: ["ifOutBroadcastPkts"],
  out_bytes: ["ifOutOctets"],
  out_dropped_packets: ["ifOutDiscards"],
  out_dst_mac: ["destinationMacAddress"],
  out_errors: ["ifOutErrors"],
  out_mcast_packets_total: ["ifOutMulticastPkts"],
  out_unicast_packets_total: ["ifOutUcastPkts"],
  port_name: ["interfaceName"],
  promiscuous: ["ifPromiscuousMode"],
  sampling_drops: ["sampleDrops"],
  sampling_interval: ["samplingInterval"],
  seq_number: ["sampleSequenceNumber"],
  speed: ["ifSpeed"],
  status: null,
  ttl: ["ipTTL"],
  type: null,
  vlan_dst: ["postVlanId"],
  vlan_dst_priority: ["destinationVlanPriority"],
  vlan_src: ["vlanId"],
  vlan_src_priority: ["sourceVlanPriority"],
};

const protocols: Readonly<Record<string, string>> = { icmp: "1", tcp: "6", udp: "17", "ipv6-icmp": "58" };
const flagLetters = "FSRPAUEC";

/** Compares records with Telegraf's line output, one line a record, each with the record nearest to it. */
export function compareWithTelegraf(messages: readonly Message[], url: URL, comparison: Comparison): void {
  const records = messages.flatMap((message) =>
    message.sets
      .filter((set) => set.kind === "data" || set.kind === "options" || set.kind === "sample")
      .flatMap((set) => set.records as MessageRecord[]),
  );
  const lines = readFileSync(url, "utf8").trimEnd().split("\n");
  comparison.equal("the file", "records", String(lines.length), String(records.length));
  const left = new Set(records);
  for (const [index, line] of lines.entries()) {
    const fields = readLine(line);
    const names = namesFor(line);
    let best: MessageRecord | undefined;
    let most = -1;
    for (const record of left) {
      const agreed = fields.filter(([name, value]) => agrees(record, names, name, value)).length;
      if (agreed > most) {
        most = agreed;
        best = record;
      }
    }
    if (best === undefined) continue;
    left.delete(best);
    for (const [name, value] of fields) {
      const ours = names[name];
      if (ours === undefined) throw new Error(`${name} is in no table of telegraf.ts`);
      if (ours === null) continue;
      compareField(
        comparison,
        `line ${index + 1}`,
        name,
        [referenceText(name, value)],
        valuesOf(best, ours).map((our) => ourText(name, our)),
      );
    }
  }
}

function namesFor(line: string): typeof flowNames {
  if (line.includes("version=sFlowV5")) return sampleNames;
  return line.includes("version=NetFlowV5") ? netflow5Names : flowNames;
}

function agrees(
  record: MessageRecord,
  names: Readonly<Record<string, readonly string[] | null>>,
  name: string,
  value: string,
): boolean {
  const ours = valuesOf(record, names[name] ?? []);
  return ours.some((our) => ourText(name, our) === referenceText(name, value));
}

/** The fields of a line of InfluxDB's line protocol; tags and time left out. */
function readLine(line: string): [string, string][] {
  return [...line.matchAll(/[ ,]([a-z\d_]+)=(?:"((?:[^"\\]|\\.)*)"|(-?\d+)[ui]?)(?=[ ,]|$)/g)].map(
    (match) => [match[1], match[2] ?? match[3]],
  );
}

function referenceText(name: string, value: string): string {
  if (name === "protocol") return protocols[value] ?? value;
  if (name === "ip_version") return value.replace("IPv", "");
  if (name === "tcp_flags") {
    // Letters from the highest bit to the lowest, dots where a bit is not set.
    return String(value.split("").reduce((sum, letter) => (letter === "." ? sum : sum + bitOf(letter)), 0));
  }
  if (name === "app_id") return value.slice(2);
  if (value.startsWith("0x")) return String(Number(value));
  return value;
}

function bitOf(letter: string): number {
  return 1 << flagLetters.indexOf(letter);
}

function ourText(name: string, value: FieldValue): string {
  const text = textOf(value);
  if (name === "icmp_type") return String(Number(value) >> 8);
  if (name === "icmp_code") return String(Number(value) & 255);
  return name.endsWith("_ms") ? String(Date.parse(text)) : text;
}
