import { Random, RandomStream } from "../random/random.ts";

/** Kinds of line, in the order in which lines are numbered. */
export const LineKind = { pppoe: 0, ipoe: 1, business: 2, mobile: 3 } as const;
export type LineKindName = keyof typeof LineKind;
export const lineKindNames: readonly LineKindName[] = ["pppoe", "ipoe", "business", "mobile"];

export type LineCounts = Readonly<Record<LineKindName, number>>;

/** How each kind is described to the product. Business lines are PPPoE lines with a static address. */
export const lineKindFacts = {
  pppoe: { class: "consumer", access: "PPPoE", service: "broadband", prefix: "bb" },
  ipoe: { class: "consumer", access: "IPoE", service: "broadband", prefix: "bb" },
  business: { class: "business", access: "PPPoE", service: "broadband", prefix: "bb" },
  mobile: { class: "consumer", access: "mobile", service: "mobile", prefix: "mb" },
} as const;

const plans: Readonly<Record<LineKindName, readonly string[]>> = {
  pppoe: ["fibre-100M", "fibre-1G"],
  ipoe: ["fibre-1G", "fibre-10G"],
  business: ["business-1G", "business-10G"],
  mobile: ["mobile-3GB", "mobile-20GB", "mobile-unlimited"],
};
const regions = ["Hokkaido", "Tohoku", "Kanto", "Chubu", "Kansai", "Chugoku", "Shikoku", "Kyushu"] as const;
/** Upper ends of the regions' shares, about as people live. */
const regionEnds = [0.04, 0.11, 0.46, 0.63, 0.79, 0.85, 0.88, 1];

/** The lines of the provider in columns; a line's index is its place in all other tables. */
export interface LinePopulation {
  readonly count: number;
  readonly counts: LineCounts;
  /** `bb-000001` …, `mb-000001` …: numbered within broadband and mobile. */
  readonly names: readonly string[];
  /** LineKind codes. */
  readonly kind: Uint8Array;
  readonly plan: readonly string[];
  readonly region: readonly string[];
  /** Of an IPoE line in a household that has a PPPoE line too: that line; −1 of every other. */
  readonly partner: Int32Array;
}

/** Shares of the default population of 2,000 lines: 1,150 PPPoE, 250 IPoE, 100 business, 500 mobile. */
export function lineCounts(lines: number | LineCounts): LineCounts {
  if (typeof lines !== "number") return lines;
  const ipoe = Math.round(lines * 0.125);
  const business = Math.round(lines * 0.05);
  const mobile = Math.round(lines * 0.25);
  return { pppoe: Math.max(0, lines - ipoe - business - mobile), ipoe, business, mobile };
}

/** The same counts, share and seed give the same lines; `householdShare` of the IPoE lines have a PPPoE line too. */
export function makeLines(counts: LineCounts, seed: number, householdShare = 0): LinePopulation {
  const names: string[] = [];
  const kinds: number[] = [];
  const plan: string[] = [];
  const region: string[] = [];
  const numbered = { bb: 0, mb: 0 };
  for (const name of lineKindNames) {
    const { prefix } = lineKindFacts[name];
    for (let i = 0; i < counts[name]; i++) {
      const random = new Random(seed, RandomStream.line, names.length);
      names.push(`${prefix}-${String(++numbered[prefix]).padStart(6, "0")}`);
      kinds.push(LineKind[name]);
      plan.push(plans[name][random.below(plans[name].length)]);
      const place = random.uniform();
      region.push(regions[regionEnds.findIndex((end) => place < end)]);
    }
  }
  const partner = new Int32Array(names.length).fill(-1);
  const households = Math.min(counts.pppoe, Math.round(householdShare * counts.ipoe));
  for (let i = 0; i < households; i++) {
    partner[counts.pppoe + i] = i;
    // They live in one place.
    region[counts.pppoe + i] = region[i];
  }
  return { count: names.length, counts, names, kind: Uint8Array.from(kinds), plan, region, partner };
}

/** What is written beside a line: `simulated`, and the household of lines that share one. */
export function lineTags(lines: LinePopulation, line: number): readonly string[] {
  const { counts, partner } = lines;
  const first = partner[line] >= 0 ? partner[line] : line;
  const second = counts.pppoe + first;
  const shared = first < counts.pppoe && second < lines.count && partner[second] === first;
  return shared ? ["simulated", `household-${String(first + 1).padStart(6, "0")}`] : ["simulated"];
}
