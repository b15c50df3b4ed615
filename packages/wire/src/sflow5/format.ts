/**
 * Numbers of sFlow version 5.
 *
 * A data format is a 32-bit word: enterprise in the upper 20 bits, format in
 * the lower 12, so the formats that sFlow.org defines are just the number.
 * Source: sFlow Version 5 (sflow_version_5.txt), section 5; extensions of
 * sFlow.org (sflow_lag.txt, sflow_host.txt, sflow_host_ip.txt, sflow_tunnels.txt).
 */
export const SampleFormat = { flow: 1, counters: 2, expandedFlow: 3, expandedCounters: 4 } as const;

export const FlowFormat = {
  sampledHeader: 1,
  ethernet: 2,
  ipv4: 3,
  ipv6: 4,
  extendedSwitch: 1001,
  extendedRouter: 1002,
  extendedGateway: 1003,
  extendedVniEgress: 1029,
  extendedVniIngress: 1030,
} as const;

/** `enterprise:format`, as the structures are named in the specification's registry. */
export function dataFormatName(dataFormat: number): string {
  return `${dataFormat >>> 12}:${dataFormat & 0xfff}`;
}

/** The interface value that stands for the device itself. */
export const internalInterface = 0x3fffffff;

/**
 * The ifIndex of an interface word: format in the upper two bits, value in the
 * lower thirty. 0 where it is unknown, the device itself, discarded (format 1)
 * or more than one interface (format 2).
 */
export function interfaceIndex(format: number, value: number): number {
  return format === 0 && value !== internalInterface ? value : 0;
}
