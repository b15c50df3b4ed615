import assert from "node:assert/strict";
import { test } from "node:test";
import type { Quantity } from "../result.ts";
import { describeUsage } from "../usage/distribution.ts";
import type { WeekUsage } from "../usage/usage-table.ts";
import { concentrationTable, lorenzFigure } from "./concentration.ts";

/** Lines of 1, 2, 3, … MB in the week, known exactly. */
async function weekOf(lines: number): Promise<WeekUsage> {
  const octets = Float64Array.from({ length: lines }, (_, i) => (i + 1) * 1e6);
  const usage = await describeUsage(
    { octets, variance: new Float64Array(lines), packets: new Float64Array(lines) },
    "test",
  );
  return { week: "2026-W20", service: "broadband", directions: { in: usage, out: usage } };
}

/** The cells of the only row that hold a number, with it. */
async function given(lines: number): Promise<Record<string, number>> {
  const { rows } = concentrationTable([await weekOf(lines)]);
  return Object.fromEntries(
    Object.entries(rows[0].cells)
      .filter(([, cell]) => cell !== null)
      .map(([key, cell]) => [key, (cell as Quantity).value]),
  );
}

void test("under ten lines nothing is told of the heaviest, under a hundred no hundredth", async () => {
  assert.deepEqual(await given(9), {});
  assert.deepEqual(Object.keys(await given(10)), ["in_top10", "in_gini", "out_top10", "out_gini"]);
  assert.deepEqual(Object.keys(await given(99)), ["in_top10", "in_gini", "out_top10", "out_gini"]);
  assert.equal(Object.keys(await given(100)).length, 6);
  // The heaviest of ten lines: 10 of 55 MB.
  assert.equal((await given(10))["in_top10"], 18.1818);
});

void test("what is left out is in the notes, by service and week", async () => {
  const notes = async (lines: number): Promise<string> =>
    concentrationTable([await weekOf(lines)])
      .notes.filter((note) => note.startsWith("Too few"))
      .join("\n");
  assert.equal(await notes(100), "");
  assert.equal(
    await notes(40),
    "Too few lines for the heaviest 1 %, given from 100 lines on: Broadband 2026-W20 (40).",
  );
  assert.match(await notes(1), /a Lorenz curve, given from 10 lines on: Broadband 2026-W20 \(1\)\.$/);
});

void test("a Lorenz curve is drawn from ten lines on", async () => {
  const figure = lorenzFigure([await weekOf(9), await weekOf(10)]);
  assert.deepEqual(
    figure.series.map(({ direction }) => direction),
    ["in", "out"],
  );
  assert.equal(figure.series[0].lines.length, 11);
});
