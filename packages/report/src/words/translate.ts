/**
 * A page or a drawing in another language. What is translated are runs of text between the tags of blocks, tags of inline
 * elements within them: each as a whole by the phrases of the language, or by the first of its patterns that fits. What
 * stands in an element with `translate="no"` is a name, and stays. A run that none knows stays as it is; tests hold that
 * no report has one.
 */

/** What a whole run or sentence says. */
export type Phrase = readonly [english: string, translated: string];

/** The same with its groups: $1 as it is, ~1 translated; what stands in {1…} only where there is a group 1. */
export type Pattern = readonly [english: RegExp, translated: string];

export interface Phrasebook {
  readonly phrases: ReadonlyMap<string, string>;
  readonly patterns: readonly Pattern[];
  /** How numbers are set in text that was translated; as they came where it is absent. */
  readonly finish?: (text: string) => string;
}

const INLINE = "span|code|i|b|strong|small|a|br|sup|sub";
const BLOCK_TAG = new RegExp(`(<!--[\\s\\S]*?-->|<(?!/?(?:${INLINE})\\b)[^>]*>)`);
/** Around what does not break over a line. */
const WHOLE = '<span class="whole">';
const WHOLE_PART = new RegExp(`${WHOLE}([^<]*)</span>`, "g");
/** Their text is not said to a reader. */
const SILENT = /^<(style|script)\b/;
/** Its text is a name that somebody gave. */
const NAME = / translate="no"/;

export function translatePage(html: string, book: Phrasebook): string {
  const parts = html.split(BLOCK_TAG);
  let silent = false;
  return parts
    .map((part, index) => {
      if (index % 2 === 1) {
        silent = SILENT.test(part) || NAME.test(part);
        return part.replace(
          / (aria-label)="([^"]*)"/g,
          (_, name: string, value: string) => ` ${name}="${translate(value, book)}"`,
        );
      }
      return silent ? part : translateRun(part, book);
    })
    .join("");
}

/** With the blanks at its ends as they are. */
function translateRun(run: string, book: Phrasebook): string {
  const text = run.trim();
  if (!/[A-Za-z]/.test(text)) return run;
  const at = run.indexOf(text);
  return run.slice(0, at) + translate(text, book) + run.slice(at + text.length);
}

/**
 * One run, line ends within it as blanks; sentence by sentence where it is not known as a whole. Weeks that do not break
 * over a line in a run that has such do not in its translation.
 */
export function translate(text: string, book: Phrasebook): string {
  const translated = translatedRun(text, book);
  if (translated === null) return text;
  return text.includes(WHOLE) ? translated.replaceAll(/\d{4}-W\d\d/g, `${WHOLE}$&</span>`) : translated;
}

/** null where it is not known. */
function translatedRun(text: string, book: Phrasebook): string | null {
  const run = text
    .replace(/\s*\n\s*/g, " ")
    .replaceAll(WHOLE_PART, "$1")
    .replaceAll("\u00a0", " ")
    .replaceAll("&#39;", "'");
  const sentences = run.split(/(?<=[.]) (?=\S)/);
  if (sentences.length > 1 && !book.phrases.has(run)) {
    const translated = sentences.map((sentence) => known(sentence, book));
    if (!translated.includes(null)) return finished(translated.join(""), book);
  }
  const whole = known(run, book);
  return whole === null ? null : finished(whole, book);
}

function finished(text: string, { finish }: Phrasebook): string {
  return finish === undefined ? text : finish(text);
}

function known(run: string, book: Phrasebook): string | null {
  const phrase = book.phrases.get(run);
  if (phrase !== undefined) return phrase;
  for (const [english, translated] of book.patterns) {
    const match = english.exec(run);
    if (match === null) continue;
    return translated
      .replace(/\{(\d)([^}]*)\}/g, (_, at: string, words: string) =>
        match[Number(at)] === undefined ? "" : words,
      )
      .replace(/([$~])(\d)/g, (_, kind: string, at: string) => {
        const part = match[Number(at)] ?? "";
        return kind === "$" ? part : translate(part, book);
      });
  }
  return null;
}
