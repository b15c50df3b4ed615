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

test("the weeks of fig-2 grow lighter with age, on dark darker, each a step that grey shows, none lost on the paper", () => {
  for (const palette of [PALETTE, DARK]) {
    const strokes = [palette.total, palette.violet, palette.teal, palette.grey];
    const apart = strokes.map((stroke) => contrast(stroke, palette.paper));
    for (let i = 1; i < apart.length; i++) assert.ok(apart[i - 1] / apart[i] > 1.2, strokes[i]);
    assert.ok(apart[3] >= 3, "the oldest");
  }
});

test("the two directions differ in lightness, so that grey tells them apart", () => {
  for (const palette of [PALETTE, DARK]) assert.ok(contrast(palette.in, palette.out) > 1.35);
});

/** Rows of a matrix over linear RGB. Source: Machado, Oliveira and Fernandes (2009), severity 1. */
const SIGHTS = {
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
} as const;

function linear(colour: string): number[] {
  return [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
}

/** Oklab of linear RGB: lightness 0 to 1, two axes of colour. Source: Ottosson (2020). */
function oklab([r, g, b]: readonly number[]): number[] {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function seenApart(sight: keyof typeof SIGHTS, a: string, b: string): number {
  const seen = (colour: string): number[] => {
    const rgb = linear(colour);
    return oklab(
      SIGHTS[sight].map((row) => Math.max(0, row[0] * rgb[0] + row[1] * rgb[1] + row[2] * rgb[2])),
    );
  };
  const [one, other] = [seen(a), seen(b)];
  return Math.hypot(...one.map((value, i) => value - other[i]));
}

test("those who do not see red, green or blue tell the directions apart, and every solid stroke of one figure from the others", () => {
  for (const palette of [PALETTE, DARK])
    for (const sight of ["deuteranopia", "protanopia", "tritanopia"] as const) {
      assert.ok(seenApart(sight, palette.in, palette.out) > 0.15, `${sight}: in and out`);
      for (const [a, b] of [
        ["in", "green"],
        ["in", "total"],
        ["out", "green"],
        ["out", "total"],
        ["green", "total"],
      ] as const) {
        const apart = seenApart(sight, palette[a], palette[b]);
        assert.ok(apart > 0.05, `${sight}: ${a} and ${b} are ${apart} apart`);
      }
    }
});

test("no two roles share a colour, or the page could not tell them apart", () => {
  assert.equal(new Set(Object.values(PALETTE)).size, Object.keys(PALETTE).length);
});
