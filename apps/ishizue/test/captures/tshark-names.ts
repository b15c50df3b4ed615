import type { FieldValue } from "@ishizue/wire";
import { textOf } from "./comparison.ts";

/** How a Wireshark field maps to elements, and both values to one text. */
export type NameMapping = {
  readonly names: readonly string[];
  readonly reference: (text: string) => string;
  readonly ours: (value: FieldValue) => string | undefined;
};

const same = textOf;
const number = (text: string) => (/^(?:0x)?[\da-f]+$/i.test(text) ? BigInt(text).toString() : text);
const hex = (text: string) => text.replaceAll(":", "");

/** Plain integers, in Wireshark decimal or hexadecimal. */
const integer = (...names: string[]): NameMapping => ({ names, reference: number, ours: same });
/** Addresses, names, text. */
const text = (...names: string[]): NameMapping => ({ names, reference: (value) => value, ours: same });
const octets = (...names: string[]): NameMapping => ({ names, reference: hex, ours: same });

/** "Aug  8, 2017 11:07:38.000000000 UTC" and ISO 8601, both to whole microseconds. */
const time = (...names: string[]): NameMapping => ({ names, reference: wiresharkTime, ours: isoTime });
/** "33.259000000" seconds, ours milliseconds. */
const upTime = (...names: string[]): NameMapping => ({
  names,
  reference: (value) => String(Math.round(Number(value) * 1000)),
  ours: same,
});
/** A part of a value. */
const part = (names: string[], ours: NameMapping["ours"], reference = number): NameMapping => ({
  names,
  reference,
  ours,
});

function wiresharkTime(value: string): string {
  const match = /^(.*\d\d:\d\d:\d\d)\.(\d{9}) UTC$/.exec(value);
  if (match === null) return value;
  return String(Date.parse(`${match[1]} UTC`) * 1000 + Math.round(Number(match[2]) / 1000));
}

function isoTime(value: FieldValue): string {
  const match = /^(.*T\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/.exec(textOf(value));
  if (match === null) return textOf(value);
  return String(Date.parse(`${match[1]}Z`) * 1000 + Math.round(Number(`0.${match[2] ?? 0}`) * 1e6));
}

const mplsLabels = [
  "mplsTopLabelStackSection",
  ...[2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => `mplsLabelStackSection${n}`),
];
const mpls = (shift: number, mask: number) =>
  part(mplsLabels, (value) =>
    textOf(value).length === 6 ? String((Number.parseInt(textOf(value), 16) >> shift) & mask) : undefined,
  );
const applicationId = (from: number, to: number | undefined, reference: (value: string) => string) =>
  part(
    ["applicationId"],
    (value) =>
      to === undefined
        ? textOf(value).slice(from)
        : String(Number.parseInt(textOf(value).slice(from, to), 16)),
    reference,
  );
/** IE 178 and 179, or the high and low octet of IE 139. */
const icmpPart = (shift: number, name: string) =>
  part([name, "icmpTypeCodeIPv6"], (value) => String((Number(value) >> shift) & 255));
const statusBits = (shift: number, mask: number) =>
  part(["forwardingStatus"], (value) => String((Number(value) >> shift) & mask));

/** Fields of Wireshark's NetFlow/IPFIX dissector (version 4.0) in terms of IANA's elements. */
export const tsharkNames: Readonly<Record<string, NameMapping>> = {
  "cflow.aaa_username": text("NF_F_USERNAME"),
  "cflow.abstimeend": time(
    "flowEndMilliseconds",
    "flowEndSeconds",
    "flowEndMicroseconds",
    "flowEndNanoseconds",
  ),
  "cflow.abstimestart": time(
    "flowStartMilliseconds",
    "flowStartSeconds",
    "flowStartMicroseconds",
    "flowStartNanoseconds",
  ),
  "cflow.appl_desc": text("applicationDescription"),
  "cflow.appl_id.classification_engine_id": applicationId(0, 2, number),
  "cflow.appl_id.selector_id": applicationId(2, undefined, hex),
  "cflow.appl_name": text("applicationName"),
  "cflow.bgpnexthop": text("bgpNextHopIPv4Address"),
  "cflow.bgpnexthopv6": text("bgpNextHopIPv6Address"),
  "cflow.biflow_direction": integer("biflowDirection"),
  "cflow.connection_sum_duration_seconds": integer("connectionSumDurationSeconds"),
  "cflow.delta_octets_squared": integer("octetDeltaSumOfSquares"),
  "cflow.direction": integer("flowDirection"),
  "cflow.dot1q_customer_vlan_id": integer("dot1qCustomerVlanId"),
  "cflow.dot1q_vlan_id": integer("dot1qVlanId"),
  "cflow.dstaddr": text("destinationIPv4Address"),
  "cflow.dstaddrv6": text("destinationIPv6Address"),
  "cflow.dstas": integer("bgpDestinationAsNumber"),
  "cflow.dstmac": text("destinationMacAddress"),
  "cflow.dstmask": integer("destinationIPv4PrefixLength"),
  "cflow.dstmaskv6": integer("destinationIPv6PrefixLength"),
  "cflow.dstport": integer("destinationTransportPort", "udpDestinationPort", "tcpDestinationPort"),
  "cflow.egress_acl_id": octets("NF_F_EGRESS_ACL_ID"),
  "cflow.egress_physical_interface": integer("egressPhysicalInterface"),
  "cflow.egress_vrfid": integer("egressVRFID"),
  "cflow.engine_id": integer("engineId"),
  "cflow.engine_type": integer("engineType"),
  "cflow.ethernet_type": integer("ethernetType"),
  "cflow.export_protocol_version": integer("exportProtocolVersion"),
  "cflow.exporter_addr": text("exporterIPv4Address"),
  "cflow.exporter_addr_v6": text("exporterIPv6Address"),
  "cflow.exporter_protocol": integer("exportTransportProtocol"),
  "cflow.firewall_event": integer("firewallEvent", "NF_F_FW_EVENT"),
  "cflow.flow_active_timeout": integer("flowActiveTimeout"),
  "cflow.flow_end_reason": integer("flowEndReason"),
  "cflow.flow_exporter": integer("exportingProcessId"),
  "cflow.flow_id": integer("flowId"),
  "cflow.flow_inactive_timeout": integer("flowIdleTimeout"),
  "cflow.flows": integer("deltaFlowCount"),
  "cflow.flowsexp": integer("exportedFlowRecordTotalCount"),
  "cflow.forwarding_status": statusBits(6, 3),
  "cflow.forwarding_status_consume_code": statusBits(0, 63),
  "cflow.forwarding_status_forward_code": statusBits(0, 63),
  "cflow.forwarding_status_unknown_code": statusBits(0, 63),
  "cflow.frag_ident": integer("fragmentIdentification"),
  "cflow.fw_ext_event": integer("NF_F_FW_EXT_EVENT"),
  "cflow.icmp_ipv4_code": integer("icmpCodeIPv4"),
  "cflow.icmp_ipv4_type": integer("icmpTypeIPv4"),
  "cflow.icmp_ipv6_code": icmpPart(0, "icmpCodeIPv6"),
  "cflow.icmp_ipv6_type": icmpPart(8, "icmpTypeIPv6"),
  "cflow.icmp_type_code_ipv4": integer("icmpTypeCodeIPv4"),
  "cflow.if_descr": text("interfaceDescription"),
  "cflow.if_name": text("interfaceName"),
  "cflow.ingress_acl_id": octets("NF_F_INGRESS_ACL_ID"),
  "cflow.ingress_physical_interface": integer("ingressPhysicalInterface"),
  "cflow.ingress_vrfid": integer("ingressVRFID"),
  "cflow.initiator_octets": integer("initiatorOctets"),
  "cflow.initiator_packets": integer("initiatorPackets"),
  "cflow.inputint": integer("ingressInterface"),
  "cflow.ip_dscp": integer("ipDiffServCodePoint"),
  "cflow.ip_precedence": integer("ipPrecedence"),
  "cflow.ip_ttl": integer("ipTTL"),
  "cflow.ip_version": integer("ipVersion"),
  "cflow.ipv6_exthdr": integer("ipv6ExtensionHeaders"),
  "cflow.ipv6flowlabel": integer("flowLabelIPv6"),
  "cflow.layer2_segment_id": integer("layer2SegmentId"),
  "cflow.length_max": integer("maximumIpTotalLength"),
  "cflow.length_min": integer("minimumIpTotalLength"),
  "cflow.mp_id": integer("meteringProcessId"),
  "cflow.mpls_bos": mpls(0, 1),
  "cflow.mpls_exp": mpls(1, 7),
  "cflow.mpls_label": mpls(4, 0xfffff),
  "cflow.mpls_top_label_prefix_length": integer("mplsTopLabelPrefixLength"),
  "cflow.mpls_vpn_rd": octets("mplsVpnRouteDistinguisher"),
  "cflow.new_connection_delta_count": integer("newConnectionDeltaCount"),
  "cflow.nexthop": text("ipNextHopIPv4Address"),
  "cflow.nexthopv6": text("ipNextHopIPv6Address"),
  "cflow.observation_point_id": integer("observationPointId"),
  "cflow.observation_time_milliseconds": time("observationTimeMilliseconds"),
  "cflow.octets": integer("octetDeltaCount"),
  "cflow.octetsexp": integer("exportedOctetTotalCount"),
  "cflow.od_id": integer("observationDomainId"),
  "cflow.outputint": integer("egressInterface"),
  "cflow.packets": integer("packetDeltaCount"),
  "cflow.packetsexp": integer("exportedMessageTotalCount"),
  "cflow.permanent_octets": integer("octetTotalCount"),
  "cflow.permanent_packets": integer("packetTotalCount"),
  "cflow.pie.barracuda.auditcounter": integer("AuditCounter"),
  "cflow.pie.barracuda.bindipv4address": text("BindIPv4Address"),
  "cflow.pie.barracuda.bindtransportport": integer("BindTransportPort"),
  "cflow.pie.barracuda.connipv4address": text("ConnIPv4Address"),
  "cflow.pie.barracuda.conntransportport": integer("ConnTransportPort"),
  "cflow.pie.barracuda.fwrule": text("FW_Rule"),
  "cflow.pie.barracuda.logop": integer("LogOp"),
  "cflow.pie.barracuda.reason": integer("Reason"),
  "cflow.pie.barracuda.reasontext": text("ReasonText"),
  "cflow.pie.barracuda.servicename": text("ServiceName"),
  "cflow.pie.barracuda.timestamp": {
    names: ["Timestamp"],
    reference: wiresharkTime,
    ours: (value) => String(Number(value) * 1e6),
  },
  "cflow.pie.barracuda.traffictype": integer("TrafficType"),
  "cflow.pie.cisco.connection_client_ipv4_address": text("connection_client_ipv4_address"),
  "cflow.pie.cisco.connection_server_ipv4_address": text("connection_server_ipv4_address"),
  "cflow.pie.cisco.connection_server_transport_port": integer("connection_server_transport_port"),
  "cflow.pie.cisco.services_waas_passthrough-reason": integer("services_waas_passthrough-reason"),
  "cflow.pie.cisco.services_waas_segment": integer("services_waas_segment"),
  "cflow.pie.netscaler.aaa-username": text("netscalerAAAUsername"),
  "cflow.pie.netscaler.app-unit-name-appid": integer("netscalerAppUnitNameAppId"),
  "cflow.pie.netscaler.appname-app-id": integer("netscalerAppNameAppId"),
  "cflow.pie.netscaler.connection-chain-hop-count": integer("netscalerConnectionChainHopCount"),
  "cflow.pie.netscaler.connection-chain-id": octets("netscalerConnectionChainID"),
  "cflow.pie.netscaler.connection-id": integer("netscalerConnectionId"),
  "cflow.pie.netscaler.flow-flags": integer("netscalerFlowFlags"),
  "cflow.pie.netscaler.http-contenttype": text("netscalerHTTPContentType"),
  "cflow.pie.netscaler.http-req-authorization": text("netscalerHTTPRequestAuthorization"),
  "cflow.pie.netscaler.http-req-cookie": text("netscalerHTTPRequestCookie"),
  "cflow.pie.netscaler.http-req-host": text("netscalerHTTPRequestHost"),
  "cflow.pie.netscaler.http-req-method": text("netscalerHTTPRequestMethod"),
  "cflow.pie.netscaler.http-req-referer": text("netscalerHTTPRequestReferer"),
  "cflow.pie.netscaler.http-req-url": text("netscalerHTTPRequestURL"),
  "cflow.pie.netscaler.http-req-useragent": text("netscalerHTTPRequestUserAgent"),
  "cflow.pie.netscaler.http-req-via": text("netscalerHTTPRequestVia"),
  "cflow.pie.netscaler.http-reqx-forwardedfor": text("netscalerHTTPRequestXForwardedFor"),
  "cflow.pie.netscaler.http-res-forw-fb": integer("netscalerHTTPResponseForwardedFB"),
  "cflow.pie.netscaler.http-res-forw-lb": integer("netscalerHTTPResponseForwardedLB"),
  "cflow.pie.netscaler.round-trip-time": integer("netscalerRoundTripTime"),
  "cflow.pie.netscaler.transaction-id": integer("netscalerTransactionId"),
  "cflow.pie.ntop.l7_proto": integer("L7_PROTO"),
  "cflow.pie.ntop.l7_proto_name": text("L7_PROTO_NAME"),
  "cflow.post_dstmac": text("postDestinationMacAddress"),
  "cflow.post_ip_diff_serv_code_point": integer("postIpDiffServCodePoint"),
  "cflow.post_naptdestination_transport_port": integer(
    "postNAPTDestinationTransportPort",
    "NF_F_XLATE_DST_PORT",
  ),
  "cflow.post_naptsource_transport_port": integer("postNAPTSourceTransportPort", "NF_F_XLATE_SRC_PORT"),
  "cflow.post_natdestination_ipv4_address": text("postNATDestinationIPv4Address", "NF_F_XLATE_DST_ADDR_IPV4"),
  "cflow.post_natsource_ipv4_address": text("postNATSourceIPv4Address", "NF_F_XLATE_SRC_ADDR_IPV4"),
  "cflow.post_octets": integer("postOctetDeltaCount"),
  "cflow.post_packets": integer("postPacketDeltaCount"),
  "cflow.post_srcmac": text("postSourceMacAddress"),
  "cflow.post_vlanid": integer("postVlanId"),
  "cflow.private_enterprise_number": integer("privateEnterpriseNumber"),
  "cflow.protocol": integer("protocolIdentifier"),
  "cflow.responder_octets": integer("responderOctets"),
  "cflow.responder_packets": integer("responderPackets"),
  "cflow.routersc": text("ipv4RouterSc"),
  "cflow.sampler_id": integer("samplerId"),
  "cflow.sampler_mode": integer("samplerMode"),
  "cflow.sampler_name": text("samplerName"),
  "cflow.sampler_random_interval": integer("samplerRandomInterval"),
  "cflow.sampling_algorithm": integer("samplingAlgorithm"),
  "cflow.sampling_interval": integer("samplingInterval"),
  "cflow.sampling_packet_interval": integer("samplingPacketInterval"),
  "cflow.sampling_packet_space": integer("samplingPacketSpace"),
  "cflow.sampling_population": integer("samplingPopulation"),
  "cflow.sampling_size": integer("samplingSize"),
  "cflow.scope_interface": integer("Interface"),
  "cflow.scope_system": octets("System"),
  "cflow.selector_algorithm": integer("selectorAlgorithm"),
  "cflow.selector_id": integer("selectorId"),
  "cflow.selector_name": text("selectorName"),
  "cflow.srcaddr": text("sourceIPv4Address"),
  "cflow.srcaddrv6": text("sourceIPv6Address"),
  "cflow.srcas": integer("bgpSourceAsNumber"),
  "cflow.srcmac": text("sourceMacAddress"),
  "cflow.srcmask": integer("sourceIPv4PrefixLength"),
  "cflow.srcmaskv6": integer("sourceIPv6PrefixLength"),
  "cflow.srcport": integer("sourceTransportPort", "udpSourcePort", "tcpSourcePort"),
  "cflow.srcprefix": text("sourceIPv4Prefix"),
  "cflow.sta_ipv4_address": text("staIPv4Address"),
  "cflow.sta_mac_address": text("staMacAddress"),
  "cflow.sys_init_time": time("systemInitTimeMilliseconds"),
  "cflow.tcp_option_map": {
    names: ["tcpOptions"],
    reference: (value) => number(`0x${hex(value)}`),
    ours: same,
  },
  "cflow.tcpflags": integer("tcpControlBits"),
  "cflow.timeend": upTime("flowEndSysUpTime"),
  "cflow.timestart": upTime("flowStartSysUpTime"),
  "cflow.toplabeladdr": text("mplsTopLabelIPv4Address"),
  "cflow.toplabeladdr_v6": text("mplsTopLabelIPv6Address"),
  "cflow.toplabeltype": integer("mplsTopLabelType"),
  "cflow.tos": integer("ipClassOfService"),
  "cflow.ttl_max": integer("maximumTTL"),
  "cflow.ttl_min": integer("minimumTTL"),
  "cflow.vlanid": integer("vlanId"),
  "cflow.vrfname": text("VRFname"),
  "cflow.wlan_ssid": text("wlanSSID"),
  "cflow.wtp_mac_address": text("wtpMacAddress"),
};

/** Fields that Wireshark works out itself, or that only repeat another one. */
export const tsharkDerived: ReadonlySet<string> = new Set([
  "cflow.timedelta",
  "cflow.padding",
  "cflow.string_len_short",
  "cflow.pie.barracuda",
  "cflow.pie.cisco",
  "cflow.pie.netscaler",
  "cflow.pie.ntop",
  // Parts of cflow.tcpflags.
  ...["ack", "cwr", "ece", "fin", "ns", "psh", "reserved", "rst", "syn", "urg", "zero"].map(
    (flag) => `cflow.tcpflags.${flag}`,
  ),
  // Octets of elements that Wireshark does not know; ours have names or other ids.
  "cflow.enterprise_private_entry",
  "cflow.unknown_field_type",
  // Octets of IE 201 beside the labels; NetFlow v7's fields that mean nothing to us.
  "cflow.mpls_label_length",
  "cflow.flags",
  "cflow.reserved",
]);
