import { readFileSync } from "node:fs";
import type { FieldValue, Message, MessageRecord } from "@ishizue/wire";
import { compareField, type Comparison, textOf, valuesOf } from "./comparison.ts";

type Event = { netflow: Record<string, unknown> };

/** Logstash's NetFlow v5 and v9 names; its IPFIX names are IANA's. Null: nothing to compare with. */
const names: Readonly<Record<string, readonly string[] | null>> = {
  version: null,
  flow_seq_num: null,
  flowset_id: null,
  flow_records: null,
  engine_type: ["engineType"],
  engine_id: ["engineId"],
  sampling_algorithm: ["samplingAlgorithm"],
  sampling_interval: ["samplingInterval"],
  app_id: ["APP_ID"],
  application_id: ["applicationId"],
  application_name: ["applicationName"],
  bgp_ipv4_next_hop: ["bgpNextHopIPv4Address"],
  conn_id: ["flowId"],
  direction: ["flowDirection"],
  dst_as: ["bgpDestinationAsNumber"],
  dst_mask: ["destinationIPv4PrefixLength"],
  dst_traffic_index: ["dstTrafficIndex"],
  dst_vlan: ["postVlanId"],
  egress_acl_id: ["NF_F_EGRESS_ACL_ID"],
  event_time_msec: ["observationTimeMilliseconds"],
  first_switched: ["flowStartSysUpTime"],
  flow_active_timeout: ["flowActiveTimeout"],
  flow_inactive_timeout: ["flowIdleTimeout"],
  flow_sampler_id: ["samplerId"],
  flow_start_msec: ["flowStartMilliseconds"],
  flows: ["deltaFlowCount"],
  forwarding_status: ["forwardingStatus"],
  fw_event: ["firewallEvent", "NF_F_FW_EVENT"],
  fw_ext_event: ["NF_F_FW_EXT_EVENT"],
  icmp_code: ["icmpCodeIPv4"],
  icmp_type: ["icmpTypeIPv4", "icmpTypeCodeIPv4"],
  in_bytes: ["octetDeltaCount"],
  in_dst_mac: ["destinationMacAddress"],
  in_permanent_bytes: ["octetTotalCount"],
  in_pkts: ["packetDeltaCount"],
  in_src_mac: ["sourceMacAddress"],
  ingress_acl_id: ["NF_F_INGRESS_ACL_ID"],
  input_snmp: ["ingressInterface"],
  ip_dscp: ["ipDiffServCodePoint"],
  ip_protocol_version: ["ipVersion"],
  ipv4_dst_addr: ["destinationIPv4Address"],
  ipv4_ident: ["fragmentIdentification"],
  ipv4_next_hop: ["ipNextHopIPv4Address"],
  ipv4_src_addr: ["sourceIPv4Address"],
  ipv4_src_prefix: ["sourceIPv4Prefix"],
  l4_dst_port: ["destinationTransportPort"],
  l4_src_port: ["sourceTransportPort"],
  last_switched: ["flowEndSysUpTime"],
  mpls_label_stack_octets: null,
  nprobe_proto: ["L7_PROTO"],
  nprobe_proto_name: ["L7_PROTO_NAME"],
  out_bytes: ["postOctetDeltaCount"],
  out_dst_mac: ["postDestinationMacAddress"],
  out_pkts: ["postPacketDeltaCount"],
  out_src_mac: ["postSourceMacAddress"],
  output_snmp: ["egressInterface"],
  protocol: ["protocolIdentifier"],
  scope_system: ["System"],
  src_as: ["bgpSourceAsNumber"],
  src_mask: ["sourceIPv4PrefixLength"],
  src_tos: ["ipClassOfService"],
  src_traffic_index: ["srcTrafficIndex"],
  src_vlan: ["vlanId"],
  tcp_flags: ["tcpControlBits"],
  tcp_src_port: ["tcpSourcePort"],
  total_bytes_exp: ["exportedOctetTotalCount"],
  total_flows_exp: ["exportedFlowRecordTotalCount"],
  total_pkts_exp: ["exportedMessageTotalCount"],
  udp_dst_port: ["udpDestinationPort"],
  user_id: ["USER_ID"],
  username: ["NF_F_USERNAME"],
  xlate_dst_addr_ipv4: ["NF_F_XLATE_DST_ADDR_IPV4", "postNATDestinationIPv4Address"],
  xlate_dst_port: ["NF_F_XLATE_DST_PORT", "postNAPTDestinationTransportPort"],
  xlate_src_addr_ipv4: ["NF_F_XLATE_SRC_ADDR_IPV4", "postNATSourceIPv4Address"],
  xlate_src_port: ["NF_F_XLATE_SRC_PORT", "postNAPTSourceTransportPort"],
  // Names for elements of other enterprises that we show by number.
  ...Object.fromEntries(
    ["ContentCategories", "HttpContentType", "HttpLocation", "HttpUrl", "SubscriberIdentifier"].map(
      (name) => [`procera${name}`, null],
    ),
  ),
};

/**
 * Compares the events that Logstash's tests expect with the records nearest to
 * them: an event does not say which record it came from.
 */
export function compareWithLogstash(messages: readonly Message[], url: URL, comparison: Comparison): void {
  const { expected_events: events } = JSON.parse(readFileSync(url, "utf8")) as { expected_events: Event[] };
  const taken = new Set<MessageRecord>();
  for (const [index, event] of events.entries()) {
    let best: { record: MessageRecord; message: Message; fields: number } | undefined;
    for (const message of messages) {
      for (const set of message.sets) {
        if (set.kind !== "data" && set.kind !== "options") continue;
        for (const record of set.records) {
          if (taken.has(record)) continue;
          const fields = agreement(event, record, message);
          if (best === undefined || fields > best.fields) best = { record, message, fields };
        }
      }
    }
    const where = `event ${index + 1}`;
    if (best === undefined) comparison.equal(where, "record", "present", undefined);
    else {
      taken.add(best.record);
      compareEvent(event, best.record, best.message, where, comparison);
    }
  }
}

function mapped(name: string): readonly string[] | null {
  if (name in names) return names[name];
  return name.startsWith("streamcore_") || name.startsWith("rev_") || name.startsWith("reamcore_")
    ? null
    : [name];
}

function agreement(event: Event, record: MessageRecord, message: Message): number {
  let agreed = 0;
  for (const [name, value] of Object.entries(event.netflow)) {
    const ours = mapped(name) ?? [];
    if (valuesOf(record, ours).some((our) => ourText(name, our, message) === referenceText(value))) agreed++;
  }
  return agreed;
}

function compareEvent(
  event: Event,
  record: MessageRecord,
  message: Message,
  where: string,
  comparison: Comparison,
): void {
  for (const [name, value] of Object.entries(event.netflow)) {
    const ourNames = mapped(name);
    if (ourNames === null) continue;
    // What NetFlow v5 has in its header Logstash puts in every event.
    const header = headerValue(name, message);
    const ours = header === undefined ? valuesOf(record, ourNames) : [header];
    compareField(
      comparison,
      where,
      name,
      [referenceText(value)],
      ours.map((our) => ourText(name, our, message)),
    );
  }
}

function headerValue(name: string, message: Message): FieldValue | undefined {
  if (message.version !== 5 || !("samplingInterval" in message)) return undefined;
  if (name === "sampling_interval") return message.samplingInterval;
  if (name === "sampling_algorithm") return message.samplingMode;
  if (name === "engine_type") return message.observationDomainId >> 8;
  if (name === "engine_id") return message.observationDomainId & 255;
  return undefined;
}

function referenceText(value: unknown): string {
  if (typeof value === "object" && value !== null && "status" in value && "reason" in value) {
    return String((Number(value.status) << 6) | Number(value.reason));
  }
  return isoMilliseconds(String(value));
}

function ourText(name: string, value: FieldValue, message: Message): string {
  if ((name === "first_switched" || name === "last_switched") && "exportTimeMs" in message) {
    // Time of a moment given as uptime: RFC 3954, 8.
    return String(message.exportTimeMs - (((message.sysUpTimeMs ?? 0) - Number(value)) | 0));
  }
  const text = textOf(value);
  if (name === "application_id") {
    return `${Number.parseInt(text.slice(0, 2), 16)}..${Number.parseInt(text.slice(2), 16)}`;
  }
  if (name.endsWith("_acl_id")) return text.replace(/^(.{8})(.{8})(.{8})$/, "$1-$2-$3");
  if (name === "scope_system") return String(Number.parseInt(text, 16));
  if (name === "icmp_type" && Number(value) > 255) return String(Number(value) >> 8);
  return isoMilliseconds(text);
}

/** Times as milliseconds, whether written as a number or as ISO 8601. */
function isoMilliseconds(text: string): string {
  return /^\d{4}-\d\d-\d\dT/.test(text) ? String(Date.parse(text)) : text;
}
