/** Hours from UTC of zone abbreviations that mean one thing; IST, CST, EST and BST could be several. */
const zoneHours = new Map([
  ["UTC", 0],
  ["GMT", 0],
  ["Z", 0],
  ["JST", 9],
  ["KST", 9],
  ["HKT", 8],
  ["SGT", 8],
  ["WIB", 7],
  ["NZST", 12],
  ["NZDT", 13],
  ["AEST", 10],
  ["AEDT", 11],
  ["CET", 1],
  ["CEST", 2],
  ["EET", 2],
  ["EEST", 3],
  ["WET", 0],
  ["WEST", 1],
  ["MSK", 3],
  ["EDT", -4],
  ["CDT", -5],
  ["MDT", -6],
  ["PST", -8],
  ["PDT", -7],
]);

/** Offset of a zone by its abbreviation, in milliseconds; undefined where it is none or could be several. */
export function zoneOffset(abbreviation: string): number | undefined {
  const hours = zoneHours.get(abbreviation);
  return hours === undefined ? undefined : hours * 3_600_000;
}
