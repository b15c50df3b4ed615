import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Table } from "@ishizue/analysis";
import { tableCsv } from "./csv.ts";

/** RFC 4180 section 2, written from the grammar and not from our writer. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let at = 0;
  while (at < text.length) {
    const record: string[] = [];
    for (;;) {
      let field = "";
      if (text[at] === '"') {
        at++;
        while (text[at] !== '"' || text[at + 1] === '"') {
          assert.ok(at < text.length, "a quoted field that does not end");
          if (text[at] === '"') at++;
          field += text[at++];
        }
        at++;
      } else {
        while (at < text.length && !',"\r\n'.includes(text[at])) field += text[at++];
      }
      record.push(field);
      if (text[at] !== ",") break;
      at++;
    }
    assert.equal(text.slice(at, at + 2), "\r\n", "a record ends with CRLF");
    at += 2;
    records.push(record);
  }
  return records;
}

function table(label: string, value: number): Table {
  return {
    id: "t",
    title: "",
    notes: [],
    columns: [
      { key: "out", label: "OUT", unit: "MB/day" },
      { key: "remark", label: "Remark", unit: null },
    ],
    rows: [
      {
        key: label,
        label,
        indent: 1,
        cells: { out: { value, lower: value - 1, upper: value + 1, unit: "MB/day" }, remark: label },
      },
      { key: "none", label: "none", indent: 0, cells: { out: null, remark: null } },
    ],
  };
}

test("every number has its bounds and its unit beside it", () => {
  assert.equal(
    tableCsv(table('a, "b"', 2369.5)),
    "row,label,indent,out,out_lower,out_upper,out_unit,remark\r\n" +
      '"a, ""b""","a, ""b""",1,2369.5,2368.5,2370.5,MB/day,"a, ""b"""\r\n' +
      "none,none,0,,,,,\r\n",
  );
});

test("texts and numbers read back as they were", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (label, value) => {
        const records = parseCsv(tableCsv(table(label, value)));
        assert.equal(records.length, 3);
        for (const record of records) assert.equal(record.length, 8);
        assert.equal(records[1][0], label);
        assert.equal(records[1][7], label);
        // Minus nothing and nothing are one number to a reader of CSV.
        assert.equal(Number(records[1][3]) + 0, value + 0);
      },
    ),
  );
});

test("what is not finite is an empty field", () => {
  assert.deepEqual(parseCsv(tableCsv(table("x", NaN)))[1].slice(3, 7), ["", "", "", "MB/day"]);
});
