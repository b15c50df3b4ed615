import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { exposition, type MetricFamily } from "./exposition.ts";
import { parseExposition } from "./parse.fixture.ts";

type Sample = readonly [labels: readonly string[], value: number | null];

const family = (samples: readonly Sample[], help = "Datagrams."): MetricFamily<null> => ({
  name: "a_total",
  type: "counter",
  help,
  labels: ["one", "two"],
  samples: () => samples,
});

test("a metric is its help, its type and its samples", () => {
  assert.equal(
    exposition(
      [
        family([
          [["x", "y"], 3],
          [["z", ""], 0.5],
        ]),
        { ...family([[[], 7]]), name: "b", type: "gauge", labels: [] },
      ],
      null,
    ),
    '# HELP a_total Datagrams.\n# TYPE a_total counter\na_total{one="x",two="y"} 3\na_total{one="z",two=""} 0.5\n# HELP b Datagrams.\n# TYPE b gauge\nb 7\n',
  );
});

test("what is not known has no sample, and a metric of none is left out", () => {
  assert.equal(exposition([family([[["x", "y"], null]]), family([])], null), "");
});

test("samples of the same labels are one: the sum of counts, the greatest of other values", () => {
  const twice = family([
    [["x", "y"], 3],
    [["x", "y"], 4],
  ]);
  const value = (metric: MetricFamily<null>): number | undefined =>
    parseExposition(exposition([metric], null))
      .get("a_total")
      ?.samples.get('{one="x",two="y"}')?.value;
  assert.equal(value(twice), 7);
  assert.equal(value({ ...twice, type: "gauge" }), 4);
  assert.equal(value({ ...twice, type: "gauge", adds: true }), 7);
});

test("any label, help and number comes out as it went in", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\r")),
      fc.string().filter((text) => !text.includes("\r")),
      fc.double(),
      (label, help, value) => {
        const parsed = parseExposition(exposition([family([[[label, 'a"\\\n'], value]], help)], null)).get(
          "a_total",
        );
        const [sample] = parsed?.samples.values() ?? [];
        assert.deepEqual(
          [...sample.labels],
          [
            ["one", label],
            ["two", 'a"\\\n'],
          ],
        );
        // −0 is written as 0.
        assert.equal(sample.value, value === 0 ? 0 : value);
      },
    ),
  );
});
