import { certElements } from "./enterprise/cert.ts";
import { ciscoElements } from "./enterprise/cisco.ts";
import { flowmonElements } from "./enterprise/flowmon.ts";
import { gigamonElements } from "./enterprise/gigamon.ts";
import { ixiaElements } from "./enterprise/ixia.ts";
import { netscalerElements } from "./enterprise/netscaler.ts";
import { niagaraElements } from "./enterprise/niagara.ts";
import { ntopElements } from "./enterprise/ntop.ts";
import { plixerElements } from "./enterprise/plixer.ts";
import { proceraElements } from "./enterprise/procera.ts";
import { vmwareElements } from "./enterprise/vmware.ts";

/** Barracuda extended uniflow; Wireshark, Elastic Beats; fixture dat-ipfix-barracuda-extended-uniflow-template-256. */
const barracudaElements = `
1 Timestamp unsigned32
2 LogOp unsigned8
3 TrafficType unsigned8
4 FW_Rule string
5 ServiceName string
6 Reason unsigned32
7 ReasonText string
8 BindIPv4Address ipv4Address
9 BindTransportPort unsigned16
10 ConnIPv4Address ipv4Address
11 ConnTransportPort unsigned16
12 AuditCounter unsigned32
`;

/** ntop's number; see `ntopNetflow9Base`. */
export const ntopEnterprise = 35632;

/**
 * Information elements of other enterprises, by Private Enterprise Number:
 * id, name, abstract data type, one a line. Only those that a public
 * dictionary, the vendor's own document or a capture shows; all others read
 * `e<PEN>:<id>`.
 */
export const enterpriseElements: Readonly<Record<number, string>> = {
  9: ciscoElements,
  // Nokia SR OS (Alcatel-Lucent), NAT; Nokia's Multiservice ISA and ESA Guide, template formats.
  637: `
91 aluInsideServiceId unsigned16
92 aluOutsideServiceId unsigned16
93 aluNatSubString string
`,
  // Huawei, passive optical networks; NetGauze.
  2011: `
1 ingressGponGemPortId unsigned16
2 egressGponGemPortId unsigned16
`,
  // Juniper Junos: 6 bits say which property, 58 are its value; Wireshark.
  2636: `
137 OBSERVATION_DOMAIN_LEVEL_JUNIPER_COMMON_PROPERTIES unsigned64
`,
  3054: ixiaElements,
  5951: netscalerElements,
  6871: certElements,
  6876: vmwareElements,
  // Astaro (Sophos); Elastic Beats. IANA has a flowDirection of its own.
  9789: `
1 afcProtocol unsigned16
2 afcProtocolName string
4 astaroFlowDirection unsigned8
`,
  10704: barracudaElements,
  // F5 BIG-IP: firewall, CGNAT and policy enforcement events; F5's manual chapters on IPFIX templates.
  12276: `
5 bigipMgmtIPv4Address ipv4Address
6 bigipMgmtIPv6Address ipv6Address
9 contextName string
10 bigipHostName string
12 deviceProduct string
20 attackId unsigned32
21 attackName string
25 aclPolicyType string
26 aclPolicyName string
39 action string
41 attackEvent string
48 applicationCategoryId unsigned16
57 3gppParameters string
59 concurrentFlows unsigned16
60 durationSec unsigned16
63 lastRecordSent unsigned64
64 newFlows unsigned16
88 downlinkVolume unsigned64
`,
  // Barracuda again, under the number of the company that made the firewall; Elastic Beats.
  12326: barracudaElements,
  13745: plixerElements,
  15397: proceraElements,
  // Linux netfilter (ulogd); Elastic Beats.
  21373: `
4 mark unsigned32
6 conntrack_id unsigned32
`,
  26866: gigamonElements,
  [ntopEnterprise]: ntopElements,
  39499: flowmonElements,
  // Viptela; fixture dat-ipfix-viptela-with-vpn-id.
  41916: `
4321 viptelaVPNId unsigned64
`,
  47729: niagaraElements,
};

/** Enterprises that number the other direction of a biflow by setting the bit 0x4000 of an id of their own (RFC 5103, 6.3). */
export const splitEnterprises: readonly number[] = [6871];
