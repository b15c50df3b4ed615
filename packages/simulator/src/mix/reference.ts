/**
 * Published shares of octets by protocol and port that the mix is calibrated with: calibration constants, not
 * code. Port = the smaller of source and destination port.
 *
 * Source: IIJ, "Broadband Traffic Report", Internet Infrastructure Review vol. 60 (September 2023), chapter 1,
 * tables 3 and 4.
 */

/** Years of the columns. */
export const mixYears = [2019, 2020, 2021, 2022, 2023] as const;

/** protocol, port (or "all"), % of octets in each of `mixYears`. */
export type ShareRow = readonly [string, number | string, number, number, number, number, number];

/** Table 3: broadband, without IPoE. */
export const broadbandShares: readonly ShareRow[] = [
  ["TCP", "all", 81.2, 77.2, 71.9, 71.6, 70.5],
  ["TCP", "<1024", 73.3, 70.5, 65.8, 65.4, 64.8],
  ["TCP", 443, 51.9, 52.4, 53.5, 55.7, 56.9],
  ["TCP", 80, 20.4, 17.2, 11.6, 8.9, 7.2],
  ["TCP", 183, 0.0, 0.0, 0.1, 0.2, 0.2],
  ["TCP", 993, 0.3, 0.2, 0.1, 0.1, 0.1],
  ["TCP", 22, 0.2, 0.2, 0.2, 0.1, 0.1],
  ["TCP", ">=1024", 7.9, 6.7, 6.1, 6.2, 5.7],
  ["TCP", 31000, 0.2, 0.4, 0.6, 0.9, 1.1],
  ["TCP", 8080, 0.5, 0.4, 0.4, 0.3, 0.4],
  ["TCP", 1935, 0.3, 0.4, 0.2, 0.2, 0.2],
  ["UDP", "all", 14.1, 19.4, 24.5, 24.3, 25.4],
  ["UDP", 443, 7.8, 10.5, 15.9, 16.3, 18.2],
  ["UDP", 4500, 0.3, 0.6, 0.8, 0.8, 1.0],
  ["UDP", 8801, 0.0, 1.1, 0.9, 0.6, 0.4],
  ["ESP", "all", 4.4, 3.2, 3.3, 3.8, 3.8],
  ["GRE", "all", 0.1, 0.1, 0.2, 0.2, 0.1],
  ["IP-ENCAP", "all", 0.2, 0.1, 0.1, 0.1, 0.1],
  ["ICMP", "all", 0.0, 0.0, 0.0, 0.0, 0.0],
];

/** Table 4: mobile. */
export const mobileShares: readonly ShareRow[] = [
  ["TCP", "all", 76.9, 75.5, 70.3, 71.6, 71.0],
  ["TCP", 443, 55.6, 50.7, 44.4, 42.3, 42.1],
  ["TCP", 80, 10.3, 7.4, 5.0, 4.1, 3.5],
  ["TCP", 993, 0.3, 0.2, 0.2, 0.1, 0.1],
  ["TCP", 1935, 0.1, 0.1, 0.1, 0.1, 0.2],
  ["UDP", "all", 17.3, 18.0, 23.8, 24.4, 26.5],
  ["UDP", 443, 8.3, 9.3, 16.3, 17.9, 20.9],
  ["UDP", 4500, 3.0, 1.8, 3.7, 2.7, 2.5],
  ["UDP", 8801, 0.0, 1.4, 0.7, 0.3, 0.2],
  ["UDP", 51820, 0.0, 0.0, 0.0, 0.1, 0.2],
  ["UDP", 53, 0.1, 0.1, 0.2, 0.2, 0.2],
  ["ESP", "all", 5.8, 6.4, 5.8, 3.9, 2.4],
  ["GRE", "all", 0.0, 0.1, 0.1, 0.0, 0.0],
  ["ICMP", "all", 0.0, 0.0, 0.0, 0.0, 0.1],
];
