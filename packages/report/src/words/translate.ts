/**
 * A page in another language. What is translated are runs of text between the tags of blocks, tags of inline elements
 * within them: each as a whole by the phrases of the language, or by the first of its patterns that fits. A run that
 * none knows stays as it is; a test holds that the page of the example has none.
 */

/** What a whole run or sentence says, and the same with its groups: $1 as it is, ~1 translated. */
export type Pattern = readonly [english: RegExp, translated: string];

export interface Phrasebook {
  readonly phrases: ReadonlyMap<string, string>;
  readonly patterns: readonly Pattern[];
}

const INLINE = "span|code|i|b|strong|small|a|br|sup|sub";
const BLOCK_TAG = new RegExp(`(<!--[\\s\\S]*?-->|<(?!/?(?:${INLINE})\\b)[^>]*>)`);
/** Their text is not said to a reader. */
const SILENT = /^<(style|script)\b/;

export function translatePage(html: string, book: Phrasebook): string {
  const parts = html.split(BLOCK_TAG);
  let silent = false;
  return parts
    .map((part, index) => {
      if (index % 2 === 1) {
        silent = SILENT.test(part);
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
  if (text === "") return run;
  const at = run.indexOf(text);
  return run.slice(0, at) + translate(text, book) + run.slice(at + text.length);
}

/** One run, line ends within it as blanks; sentence by sentence where it is not known as a whole. */
export function translate(text: string, book: Phrasebook): string {
  const run = text
    .replace(/\s*\n\s*/g, " ")
    .replace(/<span class="whole">([^<]*)<\/span>/g, "$1")
    .replaceAll("\u00a0", " ")
    .replaceAll("&#39;", "'");
  const sentences = run.split(/(?<=[.]) (?=\S)/);
  if (sentences.length > 1 && !book.phrases.has(run)) {
    const translated = sentences.map((sentence) => known(sentence, book));
    if (!translated.includes(null)) return translated.join("");
  }
  return known(run, book) ?? text;
}

function known(run: string, book: Phrasebook): string | null {
  const phrase = book.phrases.get(run);
  if (phrase !== undefined) return phrase;
  for (const [english, translated] of book.patterns) {
    const match = english.exec(run);
    if (match === null) continue;
    // $1 as it is, ~1 translated.
    return translated.replace(/([$~])(\d)/g, (_, kind: string, at: string) => {
      const part = match[Number(at)] ?? "";
      return kind === "$" ? part : translate(part, book);
    });
  }
  return null;
}
