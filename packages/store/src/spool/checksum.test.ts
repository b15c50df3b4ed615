import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SpoolChecksum, spoolChecksum } from "./checksum.ts";

const bytes = fc.uint8Array({ maxLength: 200 });

test("octets in pieces have the checksum of the whole", () => {
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 8 }), (pieces) => {
      const checksum = new SpoolChecksum();
      for (const piece of pieces) checksum.update(piece);
      assert.equal(checksum.value, spoolChecksum(new Uint8Array(Buffer.concat(pieces))));
    }),
  );
});

test("one changed octet changes it", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (whole, at, change) => {
        const other = whole.slice();
        other[at % whole.length] ^= change;
        assert.notEqual(spoolChecksum(other), spoolChecksum(whole));
      },
    ),
  );
});

test("it is four lanes of FNV-1a over words", () => {
  const lane = (offset: number, word: number) => Math.imul(offset ^ word, 0x01000193);
  const lanes = [
    lane(0x811c9dc5, 0x04030201),
    lane(0x6c62272e, 0x05),
    lane(0x07bb0142, 0),
    lane(0x62b82175, 0),
  ];
  const folded = lanes.reduce((sum, value) => Math.imul(sum ^ value, 0x01000193)) >>> 0;
  assert.equal(spoolChecksum(Uint8Array.of(1, 2, 3, 4, 5)), folded);
});
