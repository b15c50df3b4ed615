import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { joinReads } from "./join.ts";

/** Runs statements that set `a`, `b`, … and answers with them. */
function run(statements: string, names: readonly string[], octets: Uint8Array): number[] {
  // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval -- what is tested makes source
  const read = new Function("view", "o", "q1", `${statements} return [${names.join(", ")}];`) as (
    view: DataView,
    o: number,
    q1: number,
  ) => number[];
  return read(new DataView(octets.buffer), 3, 40);
}

test("joined reads give what single ones do, whatever lies beside what", () => {
  const field = fc.record({
    base: fc.constantFrom("o", "q1"),
    distance: fc.integer({ min: 0, max: 24 }),
    octets: fc.constantFrom(1, 2, 4),
  });
  fc.assert(
    fc.property(
      fc.array(field, { minLength: 1, maxLength: 16 }),
      fc.uint8Array({ minLength: 80, maxLength: 80 }),
      (fields, octets) => {
        const names = fields.map((_, index) => `v${index}`);
        const statements = fields
          .map(({ base, distance, octets: length }, index) => {
            const place = distance === 0 ? base : `${base} + ${distance}`;
            return `const v${index} = view.getUint${8 * length}(${place});`;
          })
          .join(" ");
        assert.deepEqual(run(joinReads(statements), names, octets), run(statements, names, octets));
      },
    ),
  );
});

test("four octets side by side are read once, three or those of two places are not", () => {
  const ports = "a = view.getUint16(o + 4); b = view.getUint16(o + 6);";
  assert.match(joinReads(ports), /^const word0 = view\.getInt32\(o \+ 4\);/);
  assert.doesNotMatch(joinReads(ports), /getUint/);
  const three = "a = view.getUint16(o); b = view.getUint8(o + 2);";
  assert.equal(joinReads(three), three);
  const apart = "a = view.getUint16(o + 4); b = view.getUint16(q1 + 6);";
  assert.equal(joinReads(apart), apart);
});
