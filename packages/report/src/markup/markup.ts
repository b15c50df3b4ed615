/**
 * HTML and SVG text that is safe by construction: a template escapes every
 * value put into it unless the value is itself markup. Line and exporter names
 * come from the network and from operators' files, so nothing else writes tags.
 */

/** Text that is already HTML. Only `markup` and `trusted` make it. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

type Value = Markup | string | number | null | undefined | false | readonly Value[];

/** The five characters that mean something in HTML and XML text and attributes, and the controls that XML 1.0 forbids. */
export function escapeText(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex -- XML 1.0 section 2.2: not characters, even escaped
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
      .toWellFormed()
      .replace(/&/g, "&amp;")
      .replace(/</g, "&lt;")
      .replace(/>/g, "&gt;")
      .replace(/"/g, "&quot;")
      .replace(/'/g, "&#39;")
  );
}

const CHARACTERS: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

/** The characters that `escapeText` wrote otherwise. */
export function unescapeText(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => CHARACTERS[entity]);
}

/** Tag for template literals: markup and lists of it go in as they are, null, undefined and false as nothing, the rest escaped. */
export function markup(parts: TemplateStringsArray, ...values: Value[]): Markup {
  let text = parts[0];
  for (let i = 0; i < values.length; i++) text += put(values[i]) + parts[i + 1];
  return new Markup(text);
}

/** For text written by this package itself: the stylesheet, a drawn SVG. Never for a name. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function put(value: Value): string {
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "string") return escapeText(value);
  if (typeof value === "number") return escapeText(String(value));
  return value.map(put).join("");
}
