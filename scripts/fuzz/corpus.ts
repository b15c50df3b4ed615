import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** One file of a corpus: its messages, or the one piece that its parts make together. */
export type CorpusEntry = { readonly name: string; readonly parts: readonly Uint8Array[] };

/**
 * The parts of an input as hex text.
 *
 * Shape: words of hex digits; `#` begins a remark; a line `--` begins the next part; `word*N` is the word N times over.
 * Throws Error naming the line that is none of that.
 */
export function parseHex(text: string): Uint8Array[] {
  const parts: Buffer[][] = [[]];
  for (const [index, line] of text.split("\n").entries()) {
    const words = line.replace(/#.*/, "").trim();
    if (words === "--") {
      parts.push([]);
      continue;
    }
    for (const word of words.split(/\s+/)) {
      if (word === "") continue;
      const match = /^((?:[0-9a-fA-F]{2})+)(?:\*(\d+))?$/.exec(word);
      if (match === null) throw new Error(`line ${index + 1}: "${word.slice(0, 40)}" is not octets in hex`);
      parts[parts.length - 1].push(Buffer.from(match[1].repeat(Number(match[2] ?? 1)), "hex"));
    }
  }
  return parts.map((words) => new Uint8Array(Buffer.concat(words)));
}

/** Parts as the text that `parseHex` reads, 32 octets a line, under remarks. */
export function formatHex(parts: readonly Uint8Array[], remarks: readonly string[]): string {
  const head = remarks.map((remark) => `# ${remark}\n`).join("");
  const bodies = parts.map((part) => {
    const lines = part.toHex().match(/.{1,64}/g) ?? [];
    return lines.map((line) => `${line}\n`).join("");
  });
  return head + bodies.join("--\n");
}

/** Every `.hex` file of a folder, by name; none where the folder is not there. */
export function readCorpus(folder: string): CorpusEntry[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".hex"))
    .toSorted()
    .map((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      try {
        return { name: basename(file, ".hex"), parts: parseHex(text) };
      } catch (error) {
        throw new Error(`${file}, ${error instanceof Error ? error.message : String(error)}`);
      }
    });
}
