import { elementId as ie } from "../registry/name.ts";
import { chooseField } from "./choose.ts";
import { float, unsigned } from "./expression.ts";
import type { PlacedField } from "./layout.ts";

/**
 * Source of the sampling interval that a record itself tells, tried in order;
 * 0 where it tells none. Undefined where the layout has no such field.
 *
 * Order: IE 34, IE 50, population over size (IE 310, 309), packet interval and
 * space (IE 305, 306), probability (IE 311). A packet interval without a space
 * tells how many packets are taken in a row, not out of how many: 1 is no
 * interval at all (Cisco IOS XR sends it so, fixtures pmacct-104 and
 * pmacct-500), more than 1 is N by the habit of other exporters.
 * Source: RFC 5477, 8.2.
 */
export function intervalExpression(fields: readonly PlacedField[]): string | undefined {
  const read = (id: number) => {
    const field = chooseField(fields, [id]);
    return field && unsigned(field.position, field.length);
  };
  const candidates: string[] = [];
  const samplingInterval = read(ie.samplingInterval);
  if (samplingInterval !== undefined) candidates.push(samplingInterval);
  const randomInterval = read(ie.samplerRandomInterval);
  if (randomInterval !== undefined) candidates.push(randomInterval);
  const population = read(ie.samplingPopulation);
  const size = read(ie.samplingSize);
  if (population !== undefined && size !== undefined) candidates.push(`${population} / ${size}`);
  const interval = read(ie.samplingPacketInterval);
  const space = read(ie.samplingPacketSpace);
  if (interval !== undefined && space !== undefined) {
    candidates.push(`(${interval} + ${space}) / ${interval}`);
  } else if (interval !== undefined) {
    candidates.push(`${interval} > 1 ? ${interval} : 0`);
  }
  const probability =
    chooseField(fields, [ie.samplingProbability], 8, 8) ??
    chooseField(fields, [ie.samplingProbability], 4, 4);
  if (probability !== undefined) candidates.push(`1 / ${float(probability.position, probability.length)}`);
  if (candidates.length === 0) return undefined;
  return candidates.map((candidate) => `asInterval(${candidate})`).join(" || ");
}
