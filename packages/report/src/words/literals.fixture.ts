/** Texts that a source file writes: its string and template literals, those joined by "+" as one. */

/** A text as it stands in the source: what is fixed, and between these the expressions that are put in. */
export interface Literal {
  readonly parts: readonly string[];
  readonly holes: readonly string[];
  /** What stands before it in the source, on its way from the last literal. */
  readonly before: string;
}

export function literalsOf(source: string): Literal[] {
  const literals: Literal[] = [];
  let at = 0;
  let from = 0;
  while (at < source.length) {
    const comment = /^(?:\/\/[^\n]*|\/\*[\s\S]*?\*\/)/.exec(source.slice(at, at + 4000));
    if (comment !== null) {
      at += comment[0].length;
      continue;
    }
    const character = source[at];
    if (character === "/" && /[(,=:[!&|?{};\n]\s*$/.test(source.slice(Math.max(0, at - 40), at))) {
      at = endOfRegExp(source, at);
      continue;
    }
    if (character !== '"' && character !== "'" && character !== "`") {
      at++;
      continue;
    }
    const { parts, holes, end } = character === "`" ? template(source, at) : quoted(source, at);
    const before = source.slice(from, at);
    const last = literals.at(-1);
    if (last !== undefined && /^\s*\+\s*$/.test(before)) {
      const joined = [...last.parts.slice(0, -1), (last.parts.at(-1) ?? "") + parts[0], ...parts.slice(1)];
      literals[literals.length - 1] = { ...last, parts: joined, holes: [...last.holes, ...holes] };
    } else literals.push({ parts, holes, before });
    at = from = end;
  }
  return literals;
}

type Read = { readonly parts: readonly string[]; readonly holes: readonly string[]; readonly end: number };

function quoted(source: string, from: number): Read {
  let at = from + 1;
  while (source[at] !== source[from] && at < source.length) at += source[at] === "\\" ? 2 : 1;
  return { parts: [unescaped(source.slice(from + 1, at))], holes: [], end: at + 1 };
}

function template(source: string, from: number): Read {
  const parts: string[] = [];
  const holes: string[] = [];
  let at = from + 1;
  let start = at;
  while (source[at] !== "`" && at < source.length) {
    if (source[at] === "\\") at += 2;
    else if (source.startsWith("${", at)) {
      parts.push(unescaped(source.slice(start, at)));
      const end = endOfHole(source, at + 2);
      holes.push(source.slice(at + 2, end));
      at = start = end + 1;
    } else at++;
  }
  parts.push(unescaped(source.slice(start, at)));
  return { parts, holes, end: at + 1 };
}

/** The closing brace of what is put into a template, templates within it passed over. */
function endOfHole(source: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < source.length) {
    const character = source[at];
    if (character === "}" && depth === 0) return at;
    if (character === '"' || character === "'") at = quoted(source, at).end;
    else if (character === "`") at = template(source, at).end;
    else {
      depth += character === "{" ? 1 : character === "}" ? -1 : 0;
      at++;
    }
  }
  return at;
}

function endOfRegExp(source: string, from: number): number {
  let at = from + 1;
  let inClass = false;
  while (at < source.length && (source[at] !== "/" || inClass)) {
    if (source[at] === "[") inClass = true;
    if (source[at] === "]") inClass = false;
    at += source[at] === "\\" ? 2 : 1;
  }
  return at + 1;
}

function unescaped(text: string): string {
  return text
    .replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\n/g, "\n")
    .replace(/\\(.)/g, "$1");
}
