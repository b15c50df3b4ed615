type Read = {
  readonly text: string;
  readonly base: string;
  readonly distance: number;
  readonly octets: number;
};

const pattern = /view\.getUint(8|16)\((\w+)(?: \+ (\d+))?\)/g;

/**
 * Reads of one and two octets that together make four side by side become one read, which is taken apart: every read costs
 * a look at the bounds of the message.
 *
 * Shape: the source of a record's statements. All that is read lies within the record, so what is joined does too.
 */
export function joinReads(statements: string): string {
  const reads = new Map<string, Read>();
  for (const [text, bits, base, distance] of statements.matchAll(pattern))
    reads.set(text, { text, base, distance: Number(distance ?? 0), octets: Number(bits) / 8 });
  let joined = statements;
  let declared = "";
  let words = 0;
  const free = new Set(reads.values());
  for (const first of reads.values()) {
    const run = runFrom(first, free);
    if (run === undefined) continue;
    const word = `word${words++}`;
    declared += `const ${word} = view.getInt32(${first.base} + ${first.distance});\n`;
    for (const read of run) {
      free.delete(read);
      const shift = 8 * (4 - read.octets - (read.distance - first.distance));
      const mask = read.octets === 1 ? 0xff : 0xffff;
      joined = joined.replaceAll(read.text, `(${word} >>> ${shift} & ${mask})`);
    }
  }
  return declared + joined;
}

/** Reads that are not joined yet and make four octets from `first` on; undefined where there are none. */
function runFrom(first: Read, free: ReadonlySet<Read>): Read[] | undefined {
  const run: Read[] = [];
  let octets = 0;
  while (octets < 4) {
    const next = [...free].find(
      ({ base, distance }) => base === first.base && distance === first.distance + octets,
    );
    if (next === undefined) return undefined;
    run.push(next);
    octets += next.octets;
  }
  return octets === 4 ? run : undefined;
}
