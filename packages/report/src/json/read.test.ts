import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { emptyReport, exampleReport } from "../example/example.ts";
import { ReportFault } from "../fault.ts";
import { readReport } from "./read.ts";
import { reportJsonSchema } from "./schema.ts";
import { stableJson } from "./stable.ts";

test("a report that was written reads back as it was", () => {
  for (const report of [exampleReport(), emptyReport()])
    assert.deepEqual(readReport(stableJson(report), "report.json"), JSON.parse(JSON.stringify(report)));
});

test("what is no report is told with the first place that is wrong", () => {
  const fault = (text: string) => {
    try {
      readReport(text, "a.json");
    } catch (error) {
      assert.ok(error instanceof ReportFault);
      assert.equal(error.code, "NOT_A_REPORT");
      return error.message;
    }
    return "";
  };
  assert.match(fault("{"), /^a\.json is no JSON: /);
  assert.match(fault("{}"), /^a\.json is no report: schema: /);
  const report = exampleReport();
  assert.match(fault(stableJson({ ...report, week: "W20" })), /: week: /);
  assert.match(fault(stableJson({ ...report, more: 1 })), /no report: /);
  const { quality } = report;
  const attributedShare = { ...quality.attributedShare, unit: "parts" };
  assert.match(
    fault(stableJson({ ...report, quality: { ...quality, attributedShare } })),
    /: quality\.attributedShare\.unit: /,
  );
});

test("the published JSON schema is the one that files are checked by", () => {
  const published = readFileSync(
    new URL("../../../../docs/formats/report.schema.json", import.meta.url),
    "utf8",
  );
  assert.equal(
    published,
    `${JSON.stringify(reportJsonSchema(), null, 2)}\n`,
    "docs/formats/report.schema.json: node packages/report/src/json/publish.ts writes it anew",
  );
});
