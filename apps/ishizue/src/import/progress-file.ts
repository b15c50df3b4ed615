import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { FileProgress } from "@ishizue/ledger";

/** What was taken of a file whose import was cut off. */
export interface ImportedPart {
  readonly taken: number;
  readonly bad: number;
}

/** How far one file was read by one kind of import under the same options. */
export interface ImportProgress extends FileProgress {
  readonly kind: string;
  /** What else the outcome hangs on: other options, and the file is read anew. */
  readonly options: string;
  /** Leases of the feed, or lines, that the ledger had afterwards: with fewer, it is not the ledger that was told of the file. */
  readonly leases: number;
  /** Of a file that was not read to its end. */
  readonly part?: ImportedPart;
}

/** Files remembered; the one read longest ago is forgotten first, and read anew. */
const KEPT = 1000;

/**
 * `import.json` beside the store: how far files were read, so that one that has grown is read on from there.
 *
 * It holds sums and counts, nothing of what the files say. Losing it costs time and nothing else: what is imported again
 * changes nothing.
 */
export class ProgressFile {
  private readonly path: string;
  private files: ImportProgress[];

  private constructor(path: string, files: ImportProgress[]) {
    this.path = path;
    this.files = files;
  }

  /** One that is not there or cannot be read is empty. */
  static async open(dataDir: string): Promise<ProgressFile> {
    const path = join(dataDir, "import.json");
    try {
      const read: unknown = JSON.parse(await readFile(path, "utf8"));
      const files = (read as { files?: unknown }).files;
      return new ProgressFile(path, Array.isArray(files) ? files.filter(isProgress) : []);
    } catch {
      return new ProgressFile(path, []);
    }
  }

  /** What is known of files read by this kind of import under these options. */
  of(kind: string, options: string, leases: number): ImportProgress[] {
    return this.files.filter(
      (file) => file.kind === kind && file.options === options && file.leases <= leases,
    );
  }

  /** Remembers a file in place of what was known of it. Errors: the system's when the disk refuses. */
  async put(progress: ImportProgress, before: FileProgress | undefined): Promise<void> {
    const stale = [before, progress];
    const left = this.files.filter((file) => !stale.some((known) => isOfSameFile(file, progress, known)));
    await this.write([...left, progress].slice(-KEPT));
  }

  /** Forgets a file. Errors: the system's when the disk refuses. */
  async drop(progress: ImportProgress): Promise<void> {
    await this.write(this.files.filter((file) => !isOfSameFile(file, progress, progress)));
  }

  private async write(files: ImportProgress[]): Promise<void> {
    this.files = files;
    await mkdir(dirname(this.path), { recursive: true });
    const written = `${this.path}.new`;
    await writeFile(written, `${JSON.stringify({ files }, null, 1)}\n`, { mode: 0o600 });
    await rename(written, this.path);
  }
}

/** Whether `file` is what was known of a file at `known`, by the kind and options of `progress`. */
function isOfSameFile(
  file: ImportProgress,
  { kind, options }: ImportProgress,
  known: FileProgress | undefined,
): boolean {
  const isSame = known?.tail === file.tail && known.tailEnd === file.tailEnd;
  return isSame && file.kind === kind && file.options === options;
}

function isProgress(value: unknown): value is ImportProgress {
  if (typeof value !== "object" || value === null) return false;
  const known = value as Partial<Record<keyof ImportProgress, unknown>>;
  const numbers = [known.octets, known.lines, known.headOctets, known.tailEnd, known.leases];
  const texts = [known.kind, known.options, known.head, known.tail];
  const { header, same, part, cut } = known;
  const isHeader = Array.isArray(header) && header.every((name) => typeof name === "string");
  return (
    numbers.every((number) => Number.isSafeInteger(number) && (number as number) >= 0) &&
    texts.every((text) => typeof text === "string") &&
    typeof known.packed === "boolean" &&
    (header === undefined || isHeader) &&
    (cut === undefined || cut === true) &&
    (same === undefined || hasNumbers(same, ["octets", "changedMs"])) &&
    (part === undefined || hasNumbers(part, ["taken", "bad"]))
  );
}

function hasNumbers(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  const numbers = value as Readonly<Record<string, unknown>>;
  return names.every((name) => typeof numbers[name] === "number" && numbers[name] >= 0);
}
