import type { FieldValue, Message, MessageRecord } from "@ishizue/wire";
import { compareField, type Comparison, textOf } from "./comparison.ts";
import { type Layer, type LayerValue, leaf, readLayers } from "./tshark.ts";

const plain = (text: string) => (/^(?:0x)?[\da-f]+$/i.test(text) ? BigInt(text).toString() : text);
const octets = (text: string) => text.replaceAll(":", "");

/** Fields of Wireshark's sFlow dissector, and of the frames inside samples, by ours. */
const names: Readonly<Record<string, readonly string[]>> = {
  "sflow.flow_sample.sequence_number": ["sampleSequenceNumber"],
  "sflow.counters_sample.sequence_number": ["sampleSequenceNumber"],
  "sflow.flow_sample.index": ["sourceIdIndex"],
  "sflow.flow_sample.source_id_index": ["sourceIdIndex"],
  "sflow.counters_sample.source_id_index": ["sourceIdIndex"],
  "sflow.flow_sample.source_id_class": ["sourceIdType"],
  "sflow.flow_sample.source_id_type": ["sourceIdType"],
  "sflow.counters_sample.source_id_type": ["sourceIdType"],
  "sflow.flow_sample.sampling_rate": ["samplingInterval"],
  "sflow.flow_sample.sample_pool": ["samplePool"],
  "sflow.flow_sample.dropped_packets": ["sampleDrops"],
  "sflow.flow_sample.input_interface": ["ingressInterface"],
  "sflow.flow_sample.input_interface_value": ["ingressInterface"],
  "sflow.flow_sample.output_interface_value": ["egressInterface"],
  "sflow.ip_protocol": ["protocolIdentifier"],
  "sflow.ip.destination_port": ["destinationTransportPort"],
  "sflow_245.ip.source_port": ["sourceTransportPort"],
  "sflow_245.ip.length": ["ipTotalLength"],
  "sflow_245.ipv4_src": ["sourceIPv4Address"],
  "sflow_245.ipv4_dst": ["destinationIPv4Address"],
  "sflow_245.header_protocol": ["headerProtocol"],
  "sflow_245.header.frame_length": ["dataLinkFrameSize"],
  "sflow_245.header.payload_stripped": ["strippedOctets"],
  "sflow_245.header": ["dataLinkFrameSection"],
  "sflow_245.ethernet.source_mac_address": ["sourceMacAddress"],
  "sflow_245.ethernet.destination_mac_address": ["destinationMacAddress"],
  "sflow_245.ethernet.length": ["dataLinkFrameSize"],
  "sflow_245.ethernet.packet_type": ["ethernetType"],
  "sflow_245.vlan.in": ["vlanId"],
  "sflow_245.vlan.out": ["postVlanId"],
  "sflow_245.pri.in": ["sourceVlanPriority"],
  "sflow_245.pri.out": ["destinationVlanPriority"],
  "sflow_245.nexthop": ["ipNextHopIPv4Address", "bgpNextHopIPv4Address"],
  "sflow_245.nexthop.src_mask": ["sourceIPv4PrefixLength"],
  "sflow_245.nexthop.dst_mask": ["destinationIPv4PrefixLength"],
  "sflow_245.as": ["routerAsNumber"],
  "sflow_245.srcAS": ["bgpSourceAsNumber"],
  "sflow_245.peerAS": ["bgpPrevAdjacentAsNumber"],
  "sflow_245.localpref": ["localPreference"],
  "sflow_245.ifindex": ["ifIndex"],
  "sflow_245.iftype": ["ifType"],
  "sflow_245.ifspeed": ["ifSpeed"],
  "sflow_245.ifdirection": ["ifDirection"],
  "sflow_245.ifinoct": ["ifInOctets"],
  "sflow_245.ifinpkt": ["ifInUcastPkts"],
  "sflow_245.ifinmcast": ["ifInMulticastPkts"],
  "sflow_245.ifinbcast": ["ifInBroadcastPkts"],
  "sflow_245.ifindisc": ["ifInDiscards"],
  "sflow_245.ifinerr": ["ifInErrors"],
  "sflow_245.ifinunk": ["ifInUnknownProtos"],
  "sflow_245.ifoutoct": ["ifOutOctets"],
  "sflow_245.ifoutpkt": ["ifOutUcastPkts"],
  "sflow_245.ifoutmcast": ["ifOutMulticastPkts"],
  "sflow_245.ifoutbcast": ["ifOutBroadcastPkts"],
  "sflow_245.ifoutdisc": ["ifOutDiscards"],
  "sflow_245.ifouterr": ["ifOutErrors"],
  "sflow_245.ifpromisc": ["ifPromiscuousMode"],
  "sflow.lag_port.actor_system_id": ["dot3adAggPortActorSystemID"],
  "sflow.lag_port.partner_oper_system_id": ["dot3adAggPortPartnerOperSystemID"],
  "sflow.lag_port.attached_agg_id": ["dot3adAggPortAttachedAggID"],
  "sflow.lag_port.state": ["dot3adAggPortState"],
  "sflow.lag_port.lacpdus.rx": ["dot3adAggPortStatsLACPDUsRx"],
  "sflow.lag_port.lacpdus.tx": ["dot3adAggPortStatsLACPDUsTx"],
  "sflow.lag_port.marker_pdus.rx": ["dot3adAggPortStatsMarkerPDUsRx"],
  "sflow.lag_port.marker_pdus.tx": ["dot3adAggPortStatsMarkerPDUsTx"],
  "sflow.lag_port.marker_response_pdus.rx": ["dot3adAggPortStatsMarkerResponsePDUsRx"],
  "sflow.lag_port.marker_response_pdus.tx": ["dot3adAggPortStatsMarkerResponsePDUsTx"],
  "sflow.lag_port.unknown.rx": ["dot3adAggPortStatsUnknownRx"],
  "sflow.lag_port.illegal.rx": ["dot3adAggPortStatsIllegalRx"],
  "sflow_5.cpu_5s": ["cpu5SecondsPercent100"],
  "sflow_5.cpu_1m": ["cpu1MinutePercent100"],
  "sflow_5.cpu_5m": ["cpu5MinutesPercent100"],
  "sflow_5.total_memory": ["totalMemoryOctets"],
  "sflow_5.free_memory": ["freeMemoryOctets"],
  "eth.dst": ["destinationMacAddress"],
  "eth.src": ["sourceMacAddress"],
  "vlan.id": ["dot1qVlanId", "dot1qCustomerVlanId"],
  "ip.src": ["sourceIPv4Address"],
  "ip.dst": ["destinationIPv4Address"],
  "ip.proto": ["protocolIdentifier"],
  "ip.ttl": ["ipTTL"],
  "ip.len": ["ipTotalLength"],
  "ip.dsfield": ["ipClassOfService"],
  "ipv6.src": ["sourceIPv6Address"],
  "ipv6.dst": ["destinationIPv6Address"],
  "ipv6.hlim": ["ipTTL"],
  "tcp.srcport": ["sourceTransportPort"],
  "tcp.dstport": ["destinationTransportPort"],
  "tcp.flags": ["tcpControlBits"],
  "udp.srcport": ["sourceTransportPort"],
  "udp.dstport": ["destinationTransportPort"],
};

const octetFields = new Set(["sflow_245.header"]);

/** Compares sFlow datagrams with Wireshark's decode: header, samples, records and the frames inside. */
export function compareSflowWithTshark(messages: readonly Message[], url: URL, comparison: Comparison): void {
  for (const [index, layer] of readLayers(url, "sflow").entries()) {
    const where = `message ${index + 1}`;
    const message = messages[index];
    if (message?.version !== "sFlow5") {
      comparison.equal(where, "message", "sFlow5", message && String(message.version));
      continue;
    }
    const header: [string, string, string][] = [
      ["agentAddress", leaf(layer, "sflow_245.agent"), message.agentAddress],
      ["sequenceNumber", leaf(layer, "sflow_245.sequence_number"), String(message.sequenceNumber)],
      ["observationDomainId", leaf(layer, "sflow_245.sub_agent_id"), String(message.observationDomainId)],
      ["sysUpTimeMs", leaf(layer, "sflow_245.sysuptime"), String(message.sysUpTimeMs)],
    ];
    for (const [name, reference, ours] of header) comparison.equal(where, name, reference, ours);
    const samples = Object.values(layer)
      .flat()
      .filter((value) => isSample(value));
    comparison.equal(where, "samples", String(samples.length), String(message.sets.length));
    for (const tree of samples) {
      // Wireshark's JSON has the samples in another order; type, sequence number and source name one.
      const type = Number(tree["sflow_245.sampletype"]);
      const sequence =
        tree["sflow.flow_sample.sequence_number"] ?? tree["sflow.counters_sample.sequence_number"];
      const source =
        tree["sflow.flow_sample.source_id_index"] ??
        tree["sflow.flow_sample.index"] ??
        tree["sflow.counters_sample.source_id_index"];
      const record = message.sets
        .filter((set) => set.id === type)
        .map((set) => set.records[0] as MessageRecord)
        .find(
          (candidate) =>
            candidate["sampleSequenceNumber"] === Number(sequence) &&
            candidate["sourceIdIndex"] === Number(source),
        );
      const at = `${where}, sample ${JSON.stringify(sequence)}`;
      if (record === undefined) comparison.equal(at, "sample", "present", undefined);
      else compareSample(record, tree, at, comparison);
    }
  }
}

function isSample(value: LayerValue): value is Layer {
  return typeof value === "object" && "sflow_245.sampletype" in value;
}

function compareSample(record: MessageRecord, sample: Layer, where: string, comparison: Comparison): void {
  const fields = new Map<string, string>();
  collectFirst(sample, fields);
  for (const [key, reference] of fields) {
    const ours = names[key] ?? (key.startsWith("sflow_245.dot3Stats") ? [key.slice(10)] : undefined);
    if (ours === undefined) continue;
    const text = octetFields.has(key) ? octets(reference) : plain(reference);
    compareField(comparison, where, key, [text], valuesUnder(record, ours));
  }
}

/** Values of those names, and of the same names under a later record's format (`0:3.ipTotalLength`). */
function valuesUnder(record: MessageRecord, ours: readonly string[]): string[] {
  const values: FieldValue[] = [];
  for (const [name, value] of Object.entries(record)) {
    if (ours.includes(name.replace(/^.*\./, ""))) values.push(value);
  }
  return values.map(textOf);
}

/** The first value of each field: the outermost header's where a frame carries another one. */
function collectFirst(value: LayerValue, fields: Map<string, string>, key = ""): void {
  if (typeof value === "string") {
    if (!fields.has(key)) fields.set(key, value);
  } else if (Array.isArray(value)) {
    for (const item of value as readonly LayerValue[]) collectFirst(item, fields, key);
  } else {
    for (const [inner, item] of Object.entries(value as Layer)) collectFirst(item, fields, inner);
  }
}
