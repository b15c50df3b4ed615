/**
 * Published figures that the population is calibrated with: calibration constants, not code.
 *
 * Source: IIJ, "Broadband Traffic Report", Internet Infrastructure Review vol. 60 (September 2023), chapter 1,
 * tables 1 and 2 and the text on the heaviest users.
 */

/** year, IN mean, median, mode, OUT mean, median, mode; MB (10^6 octets) a day and line. */
export type UsageRow = readonly [number, number, number, number, number, number, number];

/** Table 1: broadband. */
export const broadbandUsage: readonly UsageRow[] = [
  [2007, 436, 5, 5, 718, 59, 56],
  [2008, 490, 6, 6, 807, 75, 79],
  [2009, 561, 6, 6, 973, 91, 100],
  [2010, 442, 7, 7, 878, 111, 126],
  [2011, 398, 9, 9, 931, 144, 200],
  [2012, 364, 11, 13, 945, 176, 251],
  [2013, 320, 13, 16, 928, 208, 355],
  [2014, 348, 21, 28, 1124, 311, 501],
  [2015, 351, 32, 45, 1399, 443, 708],
  [2016, 361, 48, 63, 1808, 726, 1000],
  [2017, 391, 63, 79, 2285, 900, 1259],
  [2018, 428, 66, 79, 2664, 1083, 1585],
  [2019, 479, 75, 89, 2986, 1187, 1995],
  [2020, 609, 122, 158, 3810, 1638, 3162],
  [2021, 714, 143, 200, 4432, 2004, 3981],
  [2022, 727, 142, 178, 4610, 2010, 3981],
  [2023, 804, 166, 224, 5456, 2369, 5012],
];

/** Table 2: mobile phone numbers. */
export const mobileUsage: readonly UsageRow[] = [
  [2015, 6.2, 3.2, 4.5, 49.2, 23.5, 44.7],
  [2016, 7.6, 4.1, 7.1, 66.5, 32.7, 63.1],
  [2017, 9.3, 4.9, 7.9, 79.9, 41.2, 79.4],
  [2018, 10.5, 5.4, 8.9, 83.8, 44.3, 79.4],
  [2019, 11.2, 5.9, 8.9, 84.9, 46.4, 79.4],
  [2020, 10.4, 4.5, 7.1, 79.4, 35.1, 63.1],
  [2021, 9.9, 4.7, 7.9, 85.9, 37.9, 70.8],
  [2022, 12.8, 6.0, 10.0, 113.7, 49.2, 89.1],
  [2023, 14.1, 6.8, 11.2, 129.2, 56.0, 100.0],
];

/** Shares of the heaviest 10 % and 1 % in 2023, ranked in each direction by itself. */
export const concentration = {
  broadband: { in: { top10: 0.76, top1: 0.49 }, out: { top10: 0.49, top1: 0.16 } },
  mobile: { in: { top10: 0.47, top1: 0.15 }, out: { top10: 0.49, top1: 0.15 } },
} as const;

/** The year that `concentration` was measured in. */
export const concentrationYear = 2023;
