/**
 * In a line why a report has no PDF, or not all of its prints, and what to do; null where nothing is missing.
 * `chromium`: the one that was to print, `faults`: what it could not, `orElse`: what else can be done about having none.
 */
export function unprintedWords(
  chromium: string | null,
  faults: readonly string[],
  orElse: string,
): string | null {
  if (chromium === null)
    return `No Chromium in PATH, so no report.pdf: print index.html from a browser, or ${orElse}`;
  return faults.length === 0
    ? null
    : `Not all could be printed: ${faults.join("; ")}; the rest of the report is whole`;
}
