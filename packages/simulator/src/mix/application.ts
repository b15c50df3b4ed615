import { HourLean } from "../population/hours.ts";

/** IANA protocol numbers of the mix. */
export const Protocol = { icmp: 1, ipEncap: 4, tcp: 6, udp: 17, gre: 47, esp: 50 } as const;
export const protocolNames: Readonly<Record<number, string>> = {
  1: "ICMP",
  4: "IP-ENCAP",
  6: "TCP",
  17: "UDP",
  47: "GRE",
  50: "ESP",
};

/** Where the server port of an application comes from: one port, or a set that an hour draws from. */
export type PortSource = number | "low" | "high" | "none";

/**
 * One column of the traffic: what travels together.
 *
 * Units: packet sizes in layer-3 octets; a line takes large sizes from `large` down to `large − largeSpread`
 * and small sizes from `small` up to `small + smallSpread`.
 */
export interface Application {
  readonly key: string;
  readonly protocol: number;
  readonly port: PortSource;
  readonly lean: number;
  readonly large: number;
  readonly largeSpread: number;
  readonly small: number;
  readonly smallSpread: number;
  /** Share of IN over share of OUT that this application leans to (1: the same mix both ways). */
  readonly uploadLean: number;
  /** How much more a business line uses it. */
  readonly businessLean: number;
}

function application(
  key: string,
  protocol: number,
  port: PortSource,
  more: Partial<Application> = {},
): Application {
  const udp = protocol !== Protocol.tcp;
  return {
    key,
    protocol,
    port,
    lean: HourLean.plain,
    large: udp ? 1378 : 1492,
    largeSpread: udp ? 120 : 92,
    small: udp ? 72 : 52,
    smallSpread: udp ? 30 : 28,
    uploadLean: 1,
    businessLean: 1,
    ...more,
  };
}

const office = { lean: HourLean.office, businessLean: 4 };
const flat = { lean: HourLean.flat, uploadLean: 2.2 };

/** The order is that of every matrix of applications. Rows of tables 3 and 4, and what is left of each protocol. */
export const applications: readonly Application[] = [
  application("tcp443", Protocol.tcp, 443),
  application("tcp80", Protocol.tcp, 80, { uploadLean: 0.5 }),
  application("tcp183", Protocol.tcp, 183, { lean: HourLean.flat }),
  application("tcp993", Protocol.tcp, 993, { ...office, uploadLean: 0.8 }),
  application("tcp22", Protocol.tcp, 22, { ...flat, businessLean: 5 }),
  application("tcp31000", Protocol.tcp, 31000, { lean: HourLean.evening }),
  application("tcp8080", Protocol.tcp, 8080),
  application("tcp1935", Protocol.tcp, 1935, { lean: HourLean.evening, uploadLean: 1.5 }),
  application("tcp-low", Protocol.tcp, "low", { lean: HourLean.flat }),
  application("tcp-high", Protocol.tcp, "high", flat),
  application("udp443", Protocol.udp, 443, { lean: HourLean.evening, uploadLean: 0.6 }),
  application("udp4500", Protocol.udp, 4500, { ...office, uploadLean: 1.4, large: 1420 }),
  application("udp8801", Protocol.udp, 8801, { ...office, uploadLean: 2.5, large: 1180, small: 130 }),
  application("udp51820", Protocol.udp, 51820, { ...flat, large: 1452 }),
  application("udp53", Protocol.udp, 53, { large: 420, largeSpread: 300, uploadLean: 1.5 }),
  application("udp-high", Protocol.udp, "high", { lean: HourLean.evening, uploadLean: 1.8 }),
  application("esp", Protocol.esp, "none", { ...office, uploadLean: 1.6, large: 1420, small: 120 }),
  application("gre", Protocol.gre, "none", { ...office, large: 1476 }),
  application("ip-encap", Protocol.ipEncap, "none", { lean: HourLean.flat, large: 1460 }),
  application("icmp", Protocol.icmp, "none", {
    lean: HourLean.flat,
    large: 84,
    largeSpread: 0,
    small: 64,
    smallSpread: 20,
  }),
];
export const applicationCount = applications.length;
