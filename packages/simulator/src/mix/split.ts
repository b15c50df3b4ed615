import { LineKind } from "../population/line.ts";
import type { LinePopulation } from "../population/line.ts";
import type { LineUsage } from "../population/usage.ts";
import { Random, RandomStream } from "../random/random.ts";
import { applicationCount, applications } from "./application.ts";
import { rake } from "./rake.ts";
import { applicationShares } from "./year.ts";

/** IN is 0, OUT is 1 in every column of the simulator. */
export const DirectionIndex = { in: 0, out: 1 } as const;

const icmp = applications.findIndex((app) => app.key === "icmp");

/** How much a line's taste for an application varies, natural log. */
const tasteSigma = 0.7;

/**
 * Weekly octets of every line by direction and application: lines differ in taste, the sums over a group's lines
 * are the year's shares.
 *
 * Shape: index (line × 2 + direction) × applicationCount + application. PPPoE and business lines are one group,
 * as in table 3; IPoE and mobile lines are each another.
 */
export function splitUsage(
  lines: LinePopulation,
  usage: LineUsage,
  year: number,
  seed: number,
): Float64Array {
  const octets = new Float64Array(lines.count * 2 * applicationCount);
  const groups = [
    { service: "broadband", kinds: [LineKind.pppoe, LineKind.business] },
    { service: "broadband", kinds: [LineKind.ipoe] },
    { service: "mobile", kinds: [LineKind.mobile] },
  ] as const;
  for (const { service, kinds } of groups) {
    const members: number[] = [];
    for (let line = 0; line < lines.count; line++) {
      if ((kinds as readonly number[]).includes(lines.kind[line])) members.push(line);
    }
    if (members.length === 0) continue;
    const tastes = members.map((line) => lineTaste(lines, line, seed));
    let totalIn = 0;
    let totalOut = 0;
    for (const line of members) {
      totalIn += usage.octetsIn[line];
      totalOut += usage.octetsOut[line];
    }
    const yearShares = applicationShares(service, year);
    // Over IPv6 alone, ICMP would be another protocol number: left out.
    if ((kinds as readonly number[]).includes(LineKind.ipoe)) yearShares[icmp] = 0;
    const shares = directionShares(yearShares, totalIn, totalOut);
    for (const direction of [DirectionIndex.in, DirectionIndex.out]) {
      const daily = direction === DirectionIndex.in ? usage.octetsIn : usage.octetsOut;
      const columns = direction === DirectionIndex.in ? shares.in : shares.out;
      const matrix = new Float64Array(members.length * applicationCount);
      tastes.forEach((taste, row) => {
        for (let app = 0; app < applicationCount; app++) {
          matrix[row * applicationCount + app] = columns[app] * taste[app];
        }
      });
      rake(
        matrix,
        Float64Array.from(members, (line) => 7 * daily[line]),
        columns,
      );
      members.forEach((line, row) => {
        octets.set(
          matrix.subarray(row * applicationCount, (row + 1) * applicationCount),
          (line * 2 + direction) * applicationCount,
        );
      });
    }
  }
  return octets;
}

/** The same from year to year: a line that plays games goes on playing them. */
function lineTaste(lines: LinePopulation, line: number, seed: number): Float64Array {
  const random = new Random(seed, RandomStream.mix, line + 1);
  const business = lines.kind[line] === LineKind.business;
  return Float64Array.from(
    applications,
    (app) => Math.exp(tasteSigma * random.normal()) * (business ? app.businessLean : 1),
  );
}

/** The shares of both directions together, taken apart by how much each application leans to upload. */
export function directionShares(
  shares: Float64Array,
  totalIn: number,
  totalOut: number,
): { readonly in: Float64Array; readonly out: Float64Array } {
  const all = shares.reduce((a, b) => a + b, 0);
  const total = (totalIn + totalOut) / all;
  const leaning = shares.map((share, app) => share * applications[app].uploadLean);
  const sum = leaning.reduce((a, b) => a + b, 0);
  // No application may have more IN than it has octets.
  const sharesIn = leaning.map((value, app) => {
    const most = totalIn > 0 ? (0.9 * shares[app] * total) / totalIn : 1;
    return Math.min(value / sum, most);
  });
  const given = sharesIn.reduce((a, b) => a + b, 0);
  const scaled = sharesIn.map((value) => value / given);
  const sharesOut = shares.map((share, app) =>
    totalOut > 0 ? Math.max(0, (share * total - scaled[app] * totalIn) / totalOut) : share,
  );
  const rest = sharesOut.reduce((a, b) => a + b, 0);
  return { in: scaled, out: sharesOut.map((value) => value / rest) };
}
