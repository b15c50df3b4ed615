import { LedgerFault } from "../fault/fault.ts";

/** Which columns of an export hold what; of several names the first that the header has counts, but for `addresses` and `record`. */
export interface GatewayColumns {
  /** The phone number (MSISDN). */
  readonly number: readonly string[];
  readonly start: readonly string[];
  readonly end: readonly string[];
  /** Seconds, or hh:mm:ss. */
  readonly duration: readonly string[];
  /** First and last packet, where the record has them: the octets lie between. */
  readonly firstUsage: readonly string[];
  readonly lastUsage: readonly string[];
  /** Octets from the phone: the provider's IN. */
  readonly uplink: readonly string[];
  /** Octets to the phone: the provider's OUT. */
  readonly downlink: readonly string[];
  /** Addresses and prefixes that the phone held; every column that is there. */
  readonly addresses: readonly string[];
  /** What else tells two records apart, as charging id and sequence number; every column that is there. */
  readonly record: readonly string[];
}

/** How gateway records lie in a CSV file. */
export interface GatewayFormat {
  readonly name: string;
  readonly columns: GatewayColumns;
  /** Column names of a file without a line of them. */
  readonly header?: readonly string[] | undefined;
  /** What separates the cells; absent: that of comma, tab, semicolon and bar of which the header has the most. */
  readonly separator?: string | undefined;
  /** Octets that a unit of volume is: 1, or 1000, 1024, 1048576. */
  readonly octetsPerUnit: number;
  /** Length of the prefix that an IPv6 address without one stands for: a phone has a /64 (3GPP TS 23.401 section 5.3.1.2.2). */
  readonly ipv6PrefixLength: number;
}

const plain = { octetsPerUnit: 1, ipv6PrefixLength: 64 } as const;

/** Names as the specifications have them; any case will do, and what stands between words does not count. */
export const gatewayFormats: readonly GatewayFormat[] = [
  {
    // 3GPP TS 32.298 section 5.1.2 (SGW-, P-GW-, GGSN-CDR), TS 32.251.
    ...plain,
    name: "pgw",
    columns: {
      number: ["servedMSISDN", "MSISDN"],
      start: ["recordOpeningTime", "startTime"],
      end: ["stopTime", "recordClosingTime"],
      duration: ["duration"],
      firstUsage: ["timeOfFirstUsage"],
      lastUsage: ["timeOfLastUsage"],
      uplink: ["dataVolumeFBCUplink", "dataVolumeGPRSUplink", "dataVolumeUplink"],
      downlink: ["dataVolumeFBCDownlink", "dataVolumeGPRSDownlink", "dataVolumeDownlink"],
      addresses: ["servedPDPPDNAddress", "servedPDPPDNAddressExt", "servedPDPAddress", "servedPDPAddressExt"],
      record: [
        "chargingID",
        "p-GWAddress",
        "s-GWAddress",
        "ggsnAddress",
        "nodeID",
        "localSequenceNumber",
        "recordSequenceNumber",
        "ratingGroup",
        "serviceIdentifier",
        "timeOfReport",
        "changeTime",
      ],
    },
  },
  {
    // 3GPP TS 32.298 section 5.1.5.0 (CHF record), TS 32.255: 5G, of what the UPF counted.
    ...plain,
    name: "chf",
    columns: {
      number: ["subscriberIdentifier", "servedGPSI", "GPSI", "MSISDN"],
      start: ["recordOpeningTime", "pDUSessionStartTime"],
      end: ["pDUSessionStopTime"],
      duration: ["duration"],
      firstUsage: ["timeOfFirstUsage"],
      lastUsage: ["timeOfLastUsage"],
      uplink: ["dataVolumeUplink"],
      downlink: ["dataVolumeDownlink"],
      addresses: ["pDUIPv4Address", "pDUIPv6AddressWithPrefix"],
      record: [
        "pDUSessionChargingID",
        "chargingID",
        "recordingNetworkFunctionID",
        "recordSequenceNumber",
        "localRecordSequenceNumber",
        "localSequenceNumber",
        "ratingGroup",
        "serviceId",
        "eventTimeStamp",
      ],
    },
  },
  {
    // Diameter credit control, as an OCS writes it: RFC 8506 section 8, 3GPP TS 32.299.
    ...plain,
    name: "gy",
    columns: {
      number: ["Subscription-Id-Data", "MSISDN"],
      start: [],
      end: ["Event-Timestamp"],
      duration: ["CC-Time"],
      firstUsage: [],
      lastUsage: [],
      uplink: ["CC-Input-Octets"],
      downlink: ["CC-Output-Octets"],
      addresses: ["Framed-IP-Address", "Framed-IPv6-Prefix", "PDP-Address"],
      record: ["Session-Id", "CC-Request-Number", "Rating-Group", "Service-Identifier", "3GPP-Charging-Id"],
    },
  },
];

/** A column's name as names are compared. */
function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/** Where a file's columns are; -1 for none. */
export interface GatewayPositions {
  readonly count: number;
  readonly number: number;
  readonly start: number;
  readonly end: number;
  readonly duration: number;
  readonly firstUsage: number;
  readonly lastUsage: number;
  readonly uplink: number;
  readonly downlink: number;
  readonly addresses: readonly number[];
  readonly record: readonly number[];
}

/** Finds a format's columns in a header; undefined where it lacks one that is needed. */
export function positionsOf(
  header: readonly string[],
  { columns }: GatewayFormat,
): GatewayPositions | undefined {
  const names = header.map(bare);
  const all = (wanted: readonly string[]): number[] =>
    wanted.map((name) => names.indexOf(bare(name))).filter((position) => position >= 0);
  const first = (wanted: readonly string[]): number => all(wanted)[0] ?? -1;
  const positions = {
    count: header.length,
    number: first(columns.number),
    start: first(columns.start),
    end: first(columns.end),
    duration: first(columns.duration),
    firstUsage: first(columns.firstUsage),
    lastUsage: first(columns.lastUsage),
    uplink: first(columns.uplink),
    downlink: first(columns.downlink),
    addresses: [...new Set(all(columns.addresses))],
    record: [...new Set(all(columns.record))],
  };
  const times = [positions.start, positions.end, positions.duration].filter((position) => position >= 0);
  const volumes = positions.uplink >= 0 && positions.downlink >= 0;
  const tells = volumes || positions.addresses.length > 0;
  return positions.number >= 0 && times.length >= 2 && tells ? positions : undefined;
}

/** The first format whose columns a header has. Throws LedgerFault BAD_HEADER, naming what is looked for. */
export function formatOf(
  file: string,
  header: readonly string[],
  formats: readonly GatewayFormat[],
): { format: GatewayFormat; positions: GatewayPositions } {
  for (const format of formats) {
    const positions = positionsOf(header, format);
    if (positions !== undefined) return { format, positions };
  }
  throw new LedgerFault(
    "BAD_HEADER",
    `${file}: the first line does not name the columns of ${formats.map(({ name }) => name).join(", ")}: a number, two of start, end and duration, and octets up and down or an address`,
    "say by --format which file tells what the columns are called (docs/formats/gateway-records.md)",
  );
}
