/** Sentences of the analyses, without the numbers that are kept back. */

export function fewLinesNote(gone: readonly string[], k: number): string {
  return `Left out, being of fewer than ${k} lines: ${gone.join(", ")}.`;
}

/** What a few lines without a lease sent is nobody's business. */
export function withoutFewStrays(note: string, k: number): string {
  return note.replace(/([\d,]+) lines? with [\d.e+-]+ % of all credited octets/, (whole, lines: string) =>
    Number(lines.replaceAll(",", "")) < k ? `fewer than ${k} lines with octets` : whole,
  );
}

/** Nouns whose counts tell how large a provider is. */
const counted =
  /(?<!fewer than |under |from )(?<![\w.])\d+(?:,\d{3})* (lines?|records?|packets?|numbers?|messages?|points?)\b/g;

/** A sentence without counts of what a provider has or received; bounds that are the same for all stay. */
export function withoutCounts(note: string): string {
  return note
    .replace(/^\d+ of \d+ lines with octets/, "Lines with octets")
    .replace(/from \d+(?: to \d+)? bootstrap replicates/, "from bootstrap replicates")
    .replace(
      /^(Too few lines for .*: )(.*)$/,
      (_, head: string, names: string) => head + names.replaceAll(/ \(\d+\)/g, ""),
    )
    .replace(counted, (_, noun: string) => `some ${noun.endsWith("s") ? noun : `${noun}s`}`);
}
