import type { RecordReader, Sflow5Value } from "./record-reader.ts";

type FieldKind = "u32" | "u64" | "f32" | "mac" | "text" | "uuid";
export type CounterField = readonly [name: string, kind: FieldKind];

function u32(names: string): CounterField[] {
  return names.split(" ").map((name) => [name, "u32"]);
}

/**
 * Counter structures of sFlow.org, fields in wire order under the names of the
 * MIB objects they carry, or in camel case where there is none. Values are as
 * exported: host percentages in hundredths, memory in octets.
 *
 * Source: sFlow Version 5 (0:1, 0:2, 0:5, 0:1001), sflow_lag.txt (0:7),
 * sflow_openflow.txt (0:1005), sflow_host.txt (0:2000–2006), sflow_host_ip.txt
 * (0:2007–2010).
 */
export const counterFields: ReadonlyMap<number, readonly CounterField[]> = new Map<
  number,
  readonly CounterField[]
>([
  [
    1,
    [
      ["ifIndex", "u32"],
      ["ifType", "u32"],
      ["ifSpeed", "u64"],
      ...u32("ifDirection ifStatus"),
      ["ifInOctets", "u64"],
      ...u32("ifInUcastPkts ifInMulticastPkts ifInBroadcastPkts ifInDiscards ifInErrors ifInUnknownProtos"),
      ["ifOutOctets", "u64"],
      ...u32("ifOutUcastPkts ifOutMulticastPkts ifOutBroadcastPkts ifOutDiscards ifOutErrors"),
      ["ifPromiscuousMode", "u32"],
    ],
  ],
  [
    2,
    u32(
      "dot3StatsAlignmentErrors dot3StatsFCSErrors dot3StatsSingleCollisionFrames " +
        "dot3StatsMultipleCollisionFrames dot3StatsSQETestErrors dot3StatsDeferredTransmissions " +
        "dot3StatsLateCollisions dot3StatsExcessiveCollisions dot3StatsInternalMacTransmitErrors " +
        "dot3StatsCarrierSenseErrors dot3StatsFrameTooLongs dot3StatsInternalMacReceiveErrors " +
        "dot3StatsSymbolErrors",
    ),
  ],
  [
    5,
    [
      ["vlanId", "u32"],
      ["vlanOctets", "u64"],
      ...u32("vlanUcastPkts vlanMulticastPkts vlanBroadcastPkts vlanDiscards"),
    ],
  ],
  [
    7,
    [
      ["dot3adAggPortActorSystemID", "mac"],
      ["dot3adAggPortPartnerOperSystemID", "mac"],
      ...u32(
        "dot3adAggPortAttachedAggID dot3adAggPortState dot3adAggPortStatsLACPDUsRx " +
          "dot3adAggPortStatsMarkerPDUsRx dot3adAggPortStatsMarkerResponsePDUsRx " +
          "dot3adAggPortStatsUnknownRx dot3adAggPortStatsIllegalRx dot3adAggPortStatsLACPDUsTx " +
          "dot3adAggPortStatsMarkerPDUsTx dot3adAggPortStatsMarkerResponsePDUsTx",
      ),
    ],
  ],
  [
    1001,
    [
      ...u32("cpu5SecondsPercent100 cpu1MinutePercent100 cpu5MinutesPercent100"),
      ["totalMemoryOctets", "u64"],
      ["freeMemoryOctets", "u64"],
    ],
  ],
  [1005, [["interfaceName", "text"]]],
  [
    2000,
    [
      ["hostName", "text"],
      ["uuid", "uuid"],
      ["machineType", "u32"],
      ["osName", "u32"],
      ["osRelease", "text"],
    ],
  ],
  [2002, u32("containerType containerIndex")],
  [
    2003,
    [
      ["loadOne", "f32"],
      ["loadFive", "f32"],
      ["loadFifteen", "f32"],
      ...u32(
        "processesRunning processesTotal cpuCount cpuSpeedMHz uptimeSeconds cpuUserMs cpuNiceMs cpuSystemMs " +
          "cpuIdleMs cpuWaitMs cpuInterruptMs cpuSoftInterruptMs interrupts contextSwitches",
      ),
      ...u32("cpuStealMs cpuGuestMs cpuGuestNiceMs"),
    ],
  ],
  [
    2004,
    [
      ["memoryTotalOctets", "u64"],
      ["memoryFreeOctets", "u64"],
      ["memorySharedOctets", "u64"],
      ["memoryBuffersOctets", "u64"],
      ["memoryCachedOctets", "u64"],
      ["swapTotalOctets", "u64"],
      ["swapFreeOctets", "u64"],
      ...u32("pagesIn pagesOut swapsIn swapsOut"),
    ],
  ],
  [
    2005,
    [
      ["diskTotalOctets", "u64"],
      ["diskFreeOctets", "u64"],
      ["partitionMaxUsedPercent100", "u32"],
      ["diskReads", "u32"],
      ["diskReadOctets", "u64"],
      ["diskReadMs", "u32"],
      ["diskWrites", "u32"],
      ["diskWrittenOctets", "u64"],
      ["diskWriteMs", "u32"],
    ],
  ],
  [
    2006,
    [
      ["hostInOctets", "u64"],
      ...u32("hostInPackets hostInErrors hostInDrops"),
      ["hostOutOctets", "u64"],
      ...u32("hostOutPackets hostOutErrors hostOutDrops"),
    ],
  ],
  [
    2007,
    u32(
      "ipForwarding ipDefaultTTL ipInReceives ipInHdrErrors ipInAddrErrors ipForwDatagrams ipInUnknownProtos " +
        "ipInDiscards ipInDelivers ipOutRequests ipOutDiscards ipOutNoRoutes ipReasmTimeout ipReasmReqds " +
        "ipReasmOKs ipReasmFails ipFragOKs ipFragFails ipFragCreates",
    ),
  ],
  [
    2008,
    u32(
      "icmpInMsgs icmpInErrors icmpInDestUnreachs icmpInTimeExcds icmpInParmProbs icmpInSrcQuenchs " +
        "icmpInRedirects icmpInEchos icmpInEchoReps icmpInTimestamps icmpInAddrMasks icmpInAddrMaskReps " +
        "icmpOutMsgs icmpOutErrors icmpOutDestUnreachs icmpOutTimeExcds icmpOutParmProbs icmpOutSrcQuenchs " +
        "icmpOutRedirects icmpOutEchos icmpOutEchoReps icmpOutTimestamps icmpOutTimestampReps " +
        "icmpOutAddrMasks icmpOutAddrMaskReps",
    ),
  ],
  [
    2009,
    u32(
      "tcpRtoAlgorithm tcpRtoMin tcpRtoMax tcpMaxConn tcpActiveOpens tcpPassiveOpens tcpAttemptFails " +
        "tcpEstabResets tcpCurrEstab tcpInSegs tcpOutSegs tcpRetransSegs tcpInErrs tcpOutRsts tcpInCsumErrors",
    ),
  ],
  [
    2010,
    u32(
      "udpInDatagrams udpNoPorts udpInErrors udpOutDatagrams udpRcvbufErrors udpSndbufErrors udpInCsumErrors",
    ),
  ],
]);

/** Newer agents append fields to these structures, older ones leave them out: a short record is not a fault. */
const growing = new Set([2003, 2009, 2010]);

/**
 * Reads the fields of one counter record into `into`.
 *
 * Outcomes: false where the format is not known; `reader.cut` where the record
 * is shorter than its structure, and then the fields that are there are read.
 */
export function readCounterRecord(
  dataFormat: number,
  reader: RecordReader,
  into: (name: string, value: Sflow5Value) => void,
): boolean {
  if (dataFormat === 2001) {
    readAdapters(reader, into);
    return true;
  }
  const fields = counterFields.get(dataFormat);
  if (fields === undefined) return false;
  for (const [name, kind] of fields) {
    if (reader.position === reader.end && growing.has(dataFormat)) return true;
    const value = readField(reader, kind);
    if (value === null) return true;
    into(name, value);
  }
  return true;
}

function readField(reader: RecordReader, kind: FieldKind): Sflow5Value | null {
  switch (kind) {
    case "u32":
      return reader.unsigned32();
    case "u64":
      return reader.unsigned64();
    case "f32":
      return reader.float32();
    case "mac":
      return reader.macAddress();
    case "text":
      return reader.text();
    case "uuid": {
      const hex = reader.hex(16);
      return hex === null ? null : hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    }
  }
}

/** Host adapters (0:2001): for each, the interface index and its MAC addresses. */
function readAdapters(reader: RecordReader, into: (name: string, value: Sflow5Value) => void): void {
  const count = reader.unsigned32();
  const adapters: Sflow5Value[] = [];
  for (let adapter = 0; adapter < (count ?? 0) && !reader.cut; adapter++) {
    const index = reader.unsigned32();
    const addresses = reader.unsigned32();
    if (index === null || addresses === null) break;
    const entry: Sflow5Value[] = [index];
    for (let address = 0; address < addresses; address++) {
      const mac = reader.macAddress();
      if (mac === null) break;
      entry.push(mac);
    }
    adapters.push(entry);
  }
  into("adapters", adapters);
}
