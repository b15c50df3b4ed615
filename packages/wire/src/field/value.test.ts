import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { AbstractDataType } from "../registry/element.ts";
import { type FieldValue, readValue } from "./value.ts";

/** Reads `octets` from the middle of a larger buffer, so that a read outside would be seen. */
function read(octets: Uint8Array, type: AbstractDataType): FieldValue {
  const bytes = new Uint8Array(octets.length + 32).fill(0xa5);
  bytes.set(octets, 16);
  return readValue(bytes, new DataView(bytes.buffer), 16, octets.length, type);
}

function hex(text: string): Uint8Array {
  return Uint8Array.fromHex(text.replaceAll(" ", ""));
}

/** The low `length` octets of an integer, in network order. */
function encode(value: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) =>
    Number((value >> BigInt(8 * (length - 1 - index))) & 0xffn),
  );
}

/** What JSON says of an integer: a number as far as that is exact, else decimal text. */
function plain(value: bigint): FieldValue {
  return value >= -(2n ** 53n) + 1n && value <= 2n ** 53n - 1n ? Number(value) : value.toString();
}

const widths = { unsigned8: 1, unsigned16: 2, unsigned32: 4, unsigned64: 8, unsigned256: 32 } as const;
const signedWidths = { signed8: 1, signed16: 2, signed32: 4, signed64: 8 } as const;

test("unsigned integers are exact in every size up to their own (RFC 7011, 6.2)", () => {
  for (const [type, width] of Object.entries(widths)) {
    for (let length = 1; length <= width; length++) {
      const edges = [0n, 1n, 2n ** BigInt(8 * length) - 1n, 2n ** BigInt(8 * length - 1)];
      fc.assert(
        fc.property(fc.bigInt({ min: 0n, max: 2n ** BigInt(8 * length) - 1n }), (value) => {
          assert.equal(read(encode(value, length), type as AbstractDataType), plain(value));
        }),
        { numRuns: 40, seed: length, examples: edges.map((value) => [value]) },
      );
    }
  }
});

test("signed integers are exact in every size up to their own", () => {
  for (const [type, width] of Object.entries(signedWidths)) {
    for (let length = 1; length <= width; length++) {
      const half = 2n ** BigInt(8 * length - 1);
      fc.assert(
        fc.property(fc.bigInt({ min: -half, max: half - 1n }), (value) => {
          assert.equal(read(encode(value, length), type as AbstractDataType), plain(value));
        }),
        { numRuns: 40, seed: length, examples: [[-half], [half - 1n], [-1n], [0n]] },
      );
    }
  }
});

test("integers past 2^53 are decimal text, up to it numbers", () => {
  assert.equal(read(hex("001fffffffffffff"), "unsigned64"), 9007199254740991);
  assert.equal(read(hex("0020000000000000"), "unsigned64"), "9007199254740992");
  assert.equal(read(hex("ffffffffffffffff"), "unsigned64"), "18446744073709551615");
  assert.equal(read(hex("8000000000000000"), "signed64"), "-9223372036854775808");
  assert.equal(read(hex("ffffffffffffffff"), "signed64"), -1);
  assert.equal(read(hex("01".padEnd(64, "0")), "unsigned256"), (1n << 248n).toString());
});

test("floats are what was encoded, in both sizes; what JSON has no word for is text", () => {
  fc.assert(
    fc.property(fc.double(), fc.float(), (double, float) => {
      const bytes = new Uint8Array(12);
      const view = new DataView(bytes.buffer);
      view.setFloat64(0, double);
      view.setFloat32(8, float);
      assert.equal(read(bytes.subarray(0, 8), "float64"), Number.isFinite(double) ? double : String(double));
      for (const type of ["float32", "float64"] as const) {
        assert.equal(read(bytes.subarray(8), type), Number.isFinite(float) ? float : String(float));
      }
    }),
    { numRuns: 200, seed: 64 },
  );
});

test("seconds and milliseconds are ISO 8601, with three digits for the latter", () => {
  const instant = fc.date({
    min: new Date(0),
    max: new Date("9999-12-31T23:59:59.999Z"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(instant, (date) => {
      const time = BigInt(date.getTime());
      assert.equal(read(encode(time, 8), "dateTimeMilliseconds"), date.toISOString());
      assert.equal(read(encode(time, 6), "dateTimeMilliseconds"), date.toISOString());
      const seconds = `${date.toISOString().slice(0, 19)}Z`;
      assert.equal(read(encode(time / 1000n, 8), "dateTimeSeconds"), seconds);
      if (time < 1000n * 2n ** 32n) assert.equal(read(encode(time / 1000n, 4), "dateTimeSeconds"), seconds);
    }),
    { numRuns: 200, seed: 8601 },
  );
  assert.equal(read(hex("ffffffffffffffff"), "dateTimeMilliseconds"), "18446744073709551615");
  assert.equal(read(hex("ffffffffffffffff"), "dateTimeSeconds"), "18446744073709551615");
  assert.equal(read(hex("0000003afff44180"), "dateTimeSeconds"), 0x3afff44180);
});

test("micro- and nanoseconds keep all their digits (RFC 7011, 6.1.9 and 6.1.10)", () => {
  // 2208988800 seconds lie between 1900 and 1970.
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 32 - 1 - 2208988800 }),
      fc.integer({ min: 0, max: 999_999_999 }),
      (seconds, nanoseconds) => {
        const start = `${new Date(seconds * 1000).toISOString().slice(0, 19)}.`;
        const whole = encode(BigInt(seconds) + 2208988800n, 4);
        const nano = (BigInt(nanoseconds) << 32n) / 1_000_000_000n + 1n;
        const micro = (BigInt(Math.floor(nanoseconds / 1000)) << 32n) / 1_000_000n + 1n;
        assert.equal(
          read(Uint8Array.from([...whole, ...encode(nano, 4)]), "dateTimeNanoseconds"),
          `${start}${String(nanoseconds).padStart(9, "0")}Z`,
        );
        assert.equal(
          read(Uint8Array.from([...whole, ...encode(micro, 4)]), "dateTimeMicroseconds"),
          `${start}${String(Math.floor(nanoseconds / 1000)).padStart(6, "0")}Z`,
        );
      },
    ),
    { numRuns: 200, seed: 1900 },
  );
  // A fraction that rounds up to a whole second carries.
  assert.equal(read(hex("83aa7e80 ffffffff"), "dateTimeMicroseconds"), "1970-01-01T00:00:01.000000Z");
});

test("addresses, MAC addresses, booleans, text and octets", () => {
  const values: [AbstractDataType, string, FieldValue][] = [
    ["ipv4Address", "c0000201", "192.0.2.1"],
    ["ipv6Address", "20010db8000000000000000000000001", "2001:db8::1"],
    ["ipv6Address", "00000000000000000000ffffc0000201", "::ffff:192.0.2.1"],
    ["macAddress", "02000000000a", "02:00:00:00:00:0a"],
    ["boolean", "01", true],
    ["boolean", "02", false],
    ["boolean", "03", 3],
    ["string", "c3a9746800", "éth"],
    ["string", "", ""],
    ["octetArray", "00ff10", "00ff10"],
    ["octetArray", "", null],
    ["unsigned32", "", null],
  ];
  for (const [type, octets, value] of values)
    assert.deepEqual(read(hex(octets), type), value, `${type} ${octets}`);
});

test("a length that a type cannot have reads as its octets; any octets of any type are safe", () => {
  assert.equal(read(hex("c00002"), "ipv4Address"), "c00002");
  assert.equal(read(hex("c0000201"), "ipv6Address"), "c0000201");
  assert.equal(read(hex("0200000000"), "macAddress"), "0200000000");
  assert.equal(read(hex("0101"), "boolean"), "0101");
  for (const type of [
    "unsigned64",
    "dateTimeSeconds",
    "dateTimeMilliseconds",
    "dateTimeNanoseconds",
  ] as const) {
    assert.equal(read(hex("010203040506070809"), type), "010203040506070809");
  }
  assert.equal(read(hex("01020304050607"), "dateTimeNanoseconds"), 0x01020304050607);
  const types = fc.constantFrom<AbstractDataType>(
    ...(Object.keys({ ...widths, ...signedWidths }) as AbstractDataType[]),
    ...(["float32", "float64", "boolean", "macAddress", "string", "octetArray"] as const),
    ...(["dateTimeSeconds", "dateTimeMilliseconds", "dateTimeMicroseconds", "dateTimeNanoseconds"] as const),
    ...(["ipv4Address", "ipv6Address", "basicList"] as const),
  );
  fc.assert(
    fc.property(types, fc.uint8Array({ maxLength: 40 }), (type, octets) => {
      const value = read(octets, type);
      assert.deepEqual(JSON.parse(JSON.stringify(value)), Object.is(value, -0) ? 0 : value);
    }),
    { numRuns: 500, seed: 7011 },
  );
});
