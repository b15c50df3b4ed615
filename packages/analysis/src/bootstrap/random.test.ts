import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "./random.ts";

void test("a stream is named: the same name gives the same numbers, another name others", () => {
  const draw = (name: string): number[] => {
    const stream = new RandomStream(name);
    return [stream.bits(), stream.bits(), stream.bits()];
  };
  assert.deepEqual(draw("1/2026-W20/broadband/in"), draw("1/2026-W20/broadband/in"));
  assert.notDeepEqual(draw("1/2026-W20/broadband/in"), draw("2/2026-W20/broadband/in"));
  assert.notDeepEqual(draw(""), [0, 0, 0]);
});

void test("bits follow xoshiro128** of the state that the name seeds", () => {
  // An independent transcription of the published algorithm, over BigInt.
  const mask = 0xffffffffn;
  const mul = (a: bigint, b: bigint): bigint => (a * b) & mask;
  let hash = 0x811c9dc5n;
  for (const character of "ishizue") hash = mul(hash ^ BigInt(character.charCodeAt(0)), 0x01000193n);
  const seed = (): bigint => {
    hash = (hash + 0x9e3779b9n) & mask;
    let z = mul(hash ^ (hash >> 16n), 0x21f0aaadn);
    z = mul(z ^ (z >> 15n), 0x735a2d97n);
    return z ^ (z >> 15n);
  };
  const s = [seed(), seed(), seed(), seed() | 1n];
  const rotl = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & mask;
  const expected: number[] = [];
  for (let i = 0; i < 20; i++) {
    expected.push(Number(mul(rotl(mul(s[1], 5n), 7n), 9n)));
    const t = (s[1] << 9n) & mask;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 11n);
  }
  const stream = new RandomStream("ishizue");
  assert.deepEqual(
    Array.from({ length: 20 }, () => stream.bits()),
    expected,
  );
});

/** Mean, variance and skewness of `count` draws. */
function momentsOf(
  draw: () => number,
  count = 200_000,
): { mean: number; variance: number; skewness: number } {
  const values = Float64Array.from({ length: count }, draw);
  const mean = values.reduce((sum, x) => sum + x, 0) / count;
  const central = (power: number): number => values.reduce((sum, x) => sum + (x - mean) ** power, 0) / count;
  return { mean, variance: central(2), skewness: central(3) / central(2) ** 1.5 };
}

void test("uniform and normal draws have their moments", () => {
  const stream = new RandomStream("moments");
  const uniform = momentsOf(() => stream.uniform());
  assert.ok(Math.abs(uniform.mean - 0.5) < 0.003 && Math.abs(uniform.variance - 1 / 12) < 0.001);
  const normal = momentsOf(() => stream.normal());
  assert.ok(
    Math.abs(normal.mean) < 0.01 && Math.abs(normal.variance - 1) < 0.015 && Math.abs(normal.skewness) < 0.03,
  );
});

for (const shape of [0.5, 1, 3, 200]) {
  void test(`gamma draws of shape ${shape} have mean and variance ${shape} and skewness 2/√${shape}`, () => {
    const stream = new RandomStream("gamma");
    const { mean, variance, skewness } = momentsOf(() => stream.gamma(shape));
    assert.ok(Math.abs(mean / shape - 1) < 0.01, `mean ${mean}`);
    assert.ok(Math.abs(variance / shape - 1) < 0.03, `variance ${variance}`);
    assert.ok(Math.abs(skewness - 2 / Math.sqrt(shape)) < 0.1, `skewness ${skewness}`);
  });
}
