import assert from "node:assert/strict";

export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  /** By label set as written, "" where there is none. */
  readonly samples: Map<string, { labels: Map<string, string>; value: number }>;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*/;
const FLOAT = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]Inf|NaN)$/;

/**
 * Reads the Prometheus text format 0.0.4 as strictly as its specification is
 * written: one HELP, one TYPE and one group of lines a metric, no sample twice,
 * no escape but its own, a line feed at the end of every line.
 *
 * Errors: an AssertionError that names the line.
 */
export function parseExposition(text: string): Map<string, ParsedFamily> {
  assert.ok(text === "" || text.endsWith("\n"), "the last line ends in a line feed");
  const families = new Map<string, ParsedFamily>();
  let current: { name: string; type: string; help: string } | null = null;
  for (const line of text.split("\n").slice(0, -1)) {
    assert.doesNotMatch(line, /\r/, line);
    const help = /^# HELP ([^ ]+) (.*)$/.exec(line);
    const type = /^# TYPE ([^ ]+) (counter|gauge|histogram|summary|untyped)$/.exec(line);
    if (help !== null) {
      assert.equal(whole(NAME, help[1]), help[1], line);
      assert.ok(!families.has(help[1]), `a second group: ${line}`);
      assert.doesNotMatch(help[2].replaceAll(/\\\\|\\n/g, ""), /\\/, line);
      current = { name: help[1], type: "", help: help[2].replaceAll("\\n", "\n").replaceAll("\\\\", "\\") };
    } else if (type !== null) {
      assert.ok(
        current !== null && current.name === type[1] && current.type === "",
        `TYPE out of place: ${line}`,
      );
      current.type = type[2];
      families.set(current.name, { ...current, samples: new Map() });
    } else {
      assert.doesNotMatch(line, /^#|^\s*$/, `neither a sample nor a comment that means something: ${line}`);
      readSample(line, current === null ? undefined : families.get(current.name));
    }
  }
  for (const { name, samples } of families.values()) assert.ok(samples.size > 0, `${name} has no sample`);
  return families;
}

function readSample(line: string, family: ParsedFamily | undefined): void {
  const name = whole(NAME, line);
  assert.ok(family !== undefined && name === family.name, `a sample outside of its group: ${line}`);
  let rest = line.slice(name.length);
  const labels = new Map<string, string>();
  let written = "";
  if (rest.startsWith("{")) {
    const end = readLabels(rest, labels, line);
    written = rest.slice(0, end);
    rest = rest.slice(end);
  }
  const [blank, value, ...more] = rest.split(" ");
  assert.ok(blank === "" && FLOAT.test(value) && more.length === 0, `no value: ${line}`);
  assert.ok(!family.samples.has(written), `a second sample of the same labels: ${line}`);
  family.samples.set(written, { labels, value: Number(value.replace("Inf", "Infinity")) });
}

/** Fills `labels`; where the labels of `text` end. */
function readLabels(text: string, labels: Map<string, string>, line: string): number {
  let at = 1;
  while (text[at] !== "}") {
    const name = whole(LABEL, text.slice(at));
    assert.ok(!name.startsWith("__") && !labels.has(name), line);
    at += name.length;
    assert.equal(text.slice(at, at + 2), '="', line);
    at += 2;
    let value = "";
    for (; text[at] !== '"'; at++) {
      assert.ok(at < text.length, line);
      if (text[at] !== "\\") {
        value += text[at];
        continue;
      }
      const escaped = new Map([
        ["\\", "\\"],
        ['"', '"'],
        ["n", "\n"],
      ]).get(text[++at]);
      assert.ok(escaped !== undefined, `no escape of the format: ${line}`);
      value += escaped;
    }
    labels.set(name, value);
    at++;
    if (text[at] === ",") at++;
    else assert.equal(text[at], "}", line);
  }
  return at + 1;
}

function whole(pattern: RegExp, text: string): string {
  const found = pattern.exec(text);
  assert.ok(found !== null, `no name: ${text}`);
  return found[0];
}
