import type { LineCounts } from "./population/line.ts";

/** A week by name, or with the year whose published figures it shall follow. */
export type WeekChoice = string | { readonly week: string; readonly year?: number };

export interface SimulatorOptions {
  /** Everything follows from it; 1 unless given. */
  readonly seed?: number;
  /** ISO weeks in order of time; `["2025-W20", "2026-W20"]` unless given. */
  readonly weeks?: readonly WeekChoice[];
  /** Of the week's bounds and of the daily truth; Asia/Tokyo unless given. */
  readonly timeZone?: string;
  /** Lines in all (57.5 % PPPoE, 12.5 % IPoE, 5 % business, 25 % mobile) or of each kind; 2,000 unless given. */
  readonly lines?: number | LineCounts;
  /**
   * Flow records of all weeks together, about, the core router's not counted; N follows from it where it is not
   * given. 4,000,000 unless given.
   */
  readonly recordsTarget?: number;
  /** One packet in N; where only one service is given, the other follows from `recordsTarget`. */
  readonly samplingInterval?: { readonly broadband?: number; readonly mobile?: number };
  /** Share of PPPoE lines that reconnect within a week; 0.2 unless given. */
  readonly reconnectShare?: number;
  /** Mean reconnects of a mobile line a day; 3 unless given. */
  readonly mobileReconnectsPerDay?: number;
  /** Seconds an address stays empty between two lines; 30 unless given. */
  readonly addressRestS?: number;
  /** Seconds between Interim-Updates; 86,400 unless given, 0 for none. */
  readonly interimS?: number;
  /** Traffic of no line over traffic of lines, in octets; 0.001 unless given. */
  readonly unattributedShare?: number;
  /** Chance that a record with more packets to come takes them in; 0.05 unless given. */
  readonly multiPacketShare?: number;
  /** Messages after which templates and options are sent again, besides every simulated hour; 4,096 unless given. */
  readonly templateRefreshMessages?: number;
  /** Share of IPoE lines in a household that has a PPPoE line too; 0 unless given. */
  readonly householdShare?: number;
  /** Fewer lines in earlier weeks, as the services grow; false unless given. */
  readonly growth?: boolean;
  /** A core router behind the edge router, which sees the same flows and samples by itself; false unless given. */
  readonly core?: boolean;
  /** Mobile lines share outside addresses by blocks of ports, and the NAT tells of them; false unless given. */
  readonly cgnat?: boolean;
  /** Clocks that are off, a restart of the edge router, datagrams lost on their way; false unless given. */
  readonly faults?: boolean;
  /** Addresses that the exporters send from, in their order; 127.0.0.11, 127.0.0.12 … unless given. */
  readonly exporterAddresses?: readonly string[];
}

/** The broadband edge router's usual N, and how many times smaller the mobile gateway's is. */
export const broadbandSamplingInterval = 8192;
export const mobileSamplingRatio = 32;

/** N of both services from what was asked for and the packets there are. */
export function chooseSamplingIntervals(
  options: Pick<SimulatorOptions, "samplingInterval" | "recordsTarget">,
  broadbandPackets: number,
  mobilePackets: number,
): readonly [number, number] {
  const target = options.recordsTarget ?? 4_000_000;
  const { broadband, mobile } = options.samplingInterval ?? {};
  for (const [name, value] of Object.entries({ recordsTarget: target, broadband, mobile })) {
    if (value !== undefined && !(value >= 1 && value < 2 ** 32)) {
      throw new RangeError(`${name} must be a number from 1 to 2^32: ${value}`);
    }
  }
  if (broadband !== undefined && mobile !== undefined) return [Math.round(broadband), Math.round(mobile)];
  const derived = (broadbandPackets + mobileSamplingRatio * mobilePackets) / target;
  return [
    Math.round(broadband ?? Math.max(1, derived)),
    Math.round(mobile ?? Math.max(1, (broadband ?? derived) / mobileSamplingRatio)),
  ];
}
