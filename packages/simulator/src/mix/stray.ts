import { LineKind } from "../population/line.ts";
import type { LinePopulation } from "../population/line.ts";
import { applicationCount } from "./application.ts";
import { applicationShares } from "./year.ts";

/** Octets of the rows after the lines: half of each service's strays from outside, half without a lease. */
export function addStrays(octets: Float64Array, lines: LinePopulation, year: number, share: number): void {
  for (const [service, name] of (["broadband", "mobile"] as const).entries()) {
    const shares = applicationShares(name, year);
    for (let direction = 0; direction < 2; direction++) {
      let total = 0;
      for (let line = 0; line < lines.count; line++) {
        if ((lines.kind[line] === LineKind.mobile) !== (service === 1)) continue;
        const at = (line * 2 + direction) * applicationCount;
        for (let app = 0; app < applicationCount; app++) total += octets[at + app];
      }
      for (let reason = 0; reason < 2; reason++) {
        const row = lines.count + service * 2 + reason;
        const at = (row * 2 + direction) * applicationCount;
        for (let app = 0; app < applicationCount; app++) octets[at + app] = 0.5 * share * total * shares[app];
      }
    }
  }
}
