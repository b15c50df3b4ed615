/** Values on which a reference is wrong, or says less than the packet does. */
export type KnownDifference = {
  readonly reference: string;
  /** The reference's name of the field. */
  readonly field: string;
  readonly reason: string;
  /** How many values differ, by case. */
  readonly cases: Readonly<Record<string, number>>;
};

const logstashSwitched: Readonly<Record<string, number>> = {
  "dat-netflow-5-valid-01": 2,
  "dat-netflow-9-cisco-aci": 1,
  "dat-netflow-9-cisco-asr-9000-series-template-260": 1,
  "dat-netflow-9-cisco-nbar-flowset-262": 1,
  "dat-netflow-9-field-layer2segmentid": 1,
  "dat-netflow-9-fortigate-fortios-5-2-1": 1,
  "dat-netflow-9-h3c": 1,
  "dat-netflow-9-huawei-netstream": 1,
  "dat-netflow-9-multiple-netflow-exporters": 2,
  "dat-netflow-9-nprobe-dpi-l7": 1,
  "dat-netflow-9-palo-alto-pan-os-with-app-id": 1,
  "dat-netflow-9-streamcore": 4,
  "dat-netflow-9-ubiquiti-edgerouter-with-mpls-labels": 1,
  "dat-netflow-9-valid-01": 1,
  "dat-netflow5-juniper-mx80": 1,
};
const logstashSwitchedReason =
  "Logstash takes whole seconds off the export time and then adds one second less the milliseconds: a second " +
  "late throughout. It knows no wrap of the uptime either (dat-netflow-5-valid-01: 2^32 ms late), and the " +
  "events of dat-netflow-9-streamcore have milliseconds of their own.";

/**
 * Each was looked up in the packet's octets. The test fails on a difference
 * that is not listed, and on a listed one that no longer occurs.
 */
export const knownDifferences: readonly KnownDifference[] = [
  {
    reference: "tshark",
    field: "sflow_245.header",
    reason: "Wireshark shows the padding to four octets as part of the sampled header.",
    cases: {
      "cistern-flow-sample-3": 1,
      "cistern-flow-samples-2": 1,
      "lcs-sflow-with-lag-counters": 2,
      "lit-goflow2-sflow": 1,
      "lit-vflow-sflow": 1,
    },
  },
  {
    reference: "tshark",
    field: "cflow.abstimestart",
    reason: "flowStartSysUpTime is 0, an uptime; Wireshark shows it as the absolute time 1970.",
    cases: { "dat-ipfix": 2, "dat-netflow-9-multiple-netflow-exporters": 1, "graylog-nprobe-v9-2": 2 },
  },
  {
    reference: "tshark",
    field: "cflow.abstimeend",
    reason: "flowEndSysUpTime is 0, an uptime; Wireshark shows it as the absolute time 1970.",
    cases: { "graylog-nprobe-v9-2": 1 },
  },
  {
    reference: "tshark",
    field: "cflow.appl_name",
    reason:
      "The exporter put octets after a NUL into a text; Wireshark stops there, we cut NULs at the end only.",
    cases: { "dat-netflow-9-nprobe-dpi-l7": 1 },
  },
  {
    reference: "tshark",
    field: "cflow.pie.ntop.l7_proto_name",
    reason:
      "The exporter put octets after a NUL into a text; Wireshark stops there, we cut NULs at the end only.",
    cases: { "dat-netflow-9-nprobe-dpi-l7": 1 },
  },
  { reference: "logstash", field: "first_switched", reason: logstashSwitchedReason, cases: logstashSwitched },
  { reference: "logstash", field: "last_switched", reason: logstashSwitchedReason, cases: logstashSwitched },
  {
    reference: "logstash",
    field: "nprobe_proto_name",
    reason: "The text is not UTF-8; Logstash reads it as Latin-1, we put U+FFFD for what is not UTF-8.",
    cases: { "dat-netflow-9-nprobe-dpi-l7": 1 },
  },
  {
    reference: "telegraf",
    field: "in_bytes",
    reason: "Telegraf takes the scope field type 1 (System) for the field type 1 (octets).",
    cases: { "telegraf-netflow-v9-options": 8 },
  },
  {
    reference: "telegraf",
    field: "ip_version",
    reason: "Telegraf gives counter samples the IP version of the agent's address; the samples have none.",
    cases: { "telegraf-sflow-issue-15918": 1, "telegraf-sflow-v5-example": 1 },
  },
  {
    reference: "telegraf",
    field: "in_snmp",
    reason: "Telegraf shows the source id as the input interface where the sample was taken on egress.",
    cases: { "telegraf-sflow-issue-15918": 4 },
  },
  {
    reference: "telegraf",
    field: "protocol",
    reason: "Telegraf shows the first next header (hop-by-hop options); ours is the upper-layer protocol.",
    cases: { "telegraf-sflow-issue-15918": 1 },
  },
];
