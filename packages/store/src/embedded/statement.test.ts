import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseStatement, readOnlyRefusal } from "./statement.ts";

test("an INSERT is cut where its inline data begins", () => {
  const sql = 'INSERT INTO t (a, `FORMAT`) SETTINGS x = 1 FORMAT JSONEachRow {"a": 1}\n\n; DROP TABLE t';
  assert.deepEqual(parseStatement(sql), {
    kind: "insert",
    head: "INSERT INTO t (a, `FORMAT`) ",
    settings: "SETTINGS x = 1",
    format: "JSONEachRow",
    dataOffset: sql.indexOf(" {"),
  });
});

test("VALUES begins inline data too, unless a SELECT came before", () => {
  const sql = "insert into t values (1, 'a;b')";
  const parsed = parseStatement(sql);
  assert.equal(parsed.kind === "insert" && parsed.format, "Values");
  assert.equal(parsed.kind === "insert" && sql.slice(parsed.dataOffset), " (1, 'a;b')");
  assert.equal(parseStatement("INSERT INTO t SELECT * FROM values('a UInt8', 1)").kind, "other");
});

test("a second statement is refused wherever it hides, and is none inside strings, names and comments", () => {
  for (const sql of ["SELECT 1; DROP TABLE t", "SELECT 1;;SELECT 2", "SELECT ';' ; x"]) {
    assert.equal(parseStatement(sql).kind, "refused", sql);
  }
  for (const sql of [
    "SELECT ';'",
    "SELECT 1;",
    "SELECT 1; -- end",
    "SELECT `;` /* ; */",
    "SELECT 'it''s;', 'a\\';'",
  ]) {
    assert.equal(parseStatement(sql).kind, "other", sql);
  }
});

test("files by name are refused", () => {
  for (const sql of [
    "SELECT 1 INTO OUTFILE '/x'",
    "SELECT 1 into/**/outfile '/x'",
    "INSERT INTO t FROM INFILE '/x' FORMAT CSV",
    "INSERT INTO FUNCTION file('/x') SELECT 1",
    "INSERT INTO TABLE FUNCTION url('http://x') SELECT 1",
  ]) {
    assert.equal(parseStatement(sql).kind, "refused", sql);
  }
});

test("reading statements may run read-only", () => {
  for (const sql of [
    "SELECT * FROM flows WHERE line_in = 'file(''x'')'",
    "WITH 1 AS x SELECT x",
    "(SELECT 1) UNION ALL (SELECT 2)",
    "SHOW TABLES",
    "describe flows",
    "EXPLAIN SELECT 1",
    "EXISTS TABLE flows;",
    "-- a comment\nSELECT 1 /* file('x') */",
    "SELECT file, url FROM numbers(3)",
  ]) {
    assert.equal(readOnlyRefusal(sql), undefined, sql);
  }
});

test("what writes, reaches out or is not clear may not run read-only", () => {
  for (const sql of [
    "",
    "INSERT INTO t VALUES (1)",
    "DROP TABLE flows",
    "SET readonly = 0",
    "USE system",
    "KILL QUERY WHERE 1",
    "SELECT 1; SELECT 2",
    "SELECT 1 INTO OUTFILE '/x'",
    "SELECT 1 INTO/**/OUTFILE '/x'",
    "SELECT file('/etc/hostname')",
    "SELECT `file`('/etc/hostname')",
    "SELECT \"f\\x69le\"('/etc/hostname')",
    "SELECT * FROM url ('http://192.0.2.1/')",
    "DESCRIBE TABLE s3('http://192.0.2.1/x')",
    "SELECT aiGenerate('x')",
    "SELECT ‘'’ INTO OUTFILE '/x' --'",
    "SELECT $a$ ' $a$ INTO OUTFILE '/x' --'",
    "SELECT 1 /* INTO OUTFILE",
    "SELECT 'open",
  ]) {
    assert.notEqual(readOnlyRefusal(sql), undefined, sql);
  }
});

test("arbitrary text never throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), (sql) => {
      parseStatement(sql);
      parseStatement(`INSERT INTO ${sql}`);
      readOnlyRefusal(`SELECT ${sql}`);
    }),
  );
});
