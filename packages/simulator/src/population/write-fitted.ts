// Fits every published year and writes fitted.ts beside this file: run it after a change to fit.ts or reference.ts.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fitMixture } from "./fit.ts";
import { broadbandUsage, mobileUsage } from "./reference.ts";
import { usageTarget } from "./year.ts";

/** `fitted.ts` as it should read. */
export function fittedSource(): string {
  const rows: string[] = [];
  for (const [service, years] of [
    ["broadband", broadbandUsage],
    ["mobile", mobileUsage],
  ] as const) {
    for (const [year] of years) {
      for (const direction of ["in", "out"] as const) {
        const parts = fitMixture(usageTarget(service, direction, year).target).map(
          ({ weight, mu, sigma }) => `    [${weight}, ${mu}, ${sigma}],\n`,
        );
        rows.push(`  "${service} ${direction} ${year}": [\n${parts.join("")}  ],\n`);
      }
    }
  }
  return `// Written by write-fitted.ts from reference.ts: do not edit.

/**
 * Parts of the mixtures that tables 1 and 2 were fitted with, by service, direction and year: weight, mean and
 * standard deviation of ln(octets a day); light part, main hump, heavy part.
 */
export const fittedMixtures: Readonly<Record<string, readonly (readonly [number, number, number])[]>> = {
${rows.join("")}};
`;
}

if (import.meta.main) writeFileSync(fileURLToPath(new URL("fitted.ts", import.meta.url)), fittedSource());
