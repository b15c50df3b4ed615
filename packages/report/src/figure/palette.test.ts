import assert from "node:assert/strict";
import { test } from "node:test";
import { DARK, PALETTE } from "./palette.ts";

/** Relative luminance, 0 to 1. Source: WCAG 2.2, "relative luminance". */
function luminance(colour: string): number {
  const channels = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2];
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

test("every colour that words are set in stands out from the paper and from the wash, light and dark", () => {
  for (const palette of [PALETTE, DARK])
    for (const role of ["ink", "soft", "out", "in", "total", "green", "violet", "alarm"] as const)
      for (const ground of [palette.paper, palette.wash])
        assert.ok(
          contrast(palette[role], ground) >= 4.5,
          `${role} on ${ground}: ${contrast(palette[role], ground)}`,
        );
});

test("the two directions differ in lightness, so that grey tells them apart", () => {
  for (const palette of [PALETTE, DARK]) assert.ok(contrast(palette.in, palette.out) > 1.35);
});

test("no two roles share a colour, or the page could not tell them apart", () => {
  assert.equal(new Set(Object.values(PALETTE)).size, Object.keys(PALETTE).length);
});
