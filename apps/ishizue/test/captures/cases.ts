import { existsSync, readdirSync, readFileSync } from "node:fs";

/** The captures beside the project's folder; absent on most machines, and then the tests are skipped by name. */
export const capturesFolder = new URL("../../../../../shared/captures/", import.meta.url);

/** One line of INDEX.tsv. */
export type CaptureFile = {
  readonly caseName: string;
  readonly url: URL;
  readonly kind: string;
  readonly peculiarities: string;
  readonly expected: CaptureCounts;
};

/** Counts of one file, by the names of INDEX.tsv's columns. */
export type CaptureCounts = {
  exportPackets: number;
  dataRecords: number;
  optionsRecords: number;
  templates: number;
  optionsTemplates: number;
  undecodedSets: number;
};

/** The cases in the index, each with its files in the order to replay them; none where the folder is absent. */
export function readCases(): Map<string, CaptureFile[]> {
  const cases = new Map<string, CaptureFile[]>();
  const index = new URL("INDEX.tsv", capturesFolder);
  if (!existsSync(index)) return cases;
  const [, ...lines] = readFileSync(index, "utf8").trimEnd().split("\n");
  for (const line of lines) {
    const cells = line.split("\t");
    const caseName = cells[0];
    const files = cases.get(caseName) ?? [];
    cases.set(caseName, files);
    files.push({
      caseName,
      url: new URL(`${caseName}/${nthInput(caseName, files.length)}`, capturesFolder),
      kind: cells[5],
      peculiarities: cells[15] ?? "",
      expected: {
        exportPackets: Number(cells[8]),
        dataRecords: Number(cells[9]),
        optionsRecords: Number(cells[10]),
        templates: Number(cells[11]),
        optionsTemplates: Number(cells[12]),
        undecodedSets: Number(cells[13]),
      },
    });
  }
  return cases;
}

function nthInput(caseName: string, n: number): string {
  const files = readdirSync(new URL(`${caseName}/`, capturesFolder));
  return files.filter((file) => /^\d\d-/.test(file)).toSorted()[n];
}

/** The files of a case's `expected` folder whose names end in `ending`. */
export function expectedFiles(caseName: string, ending: string): URL[] {
  const folder = new URL(`${caseName}/expected/`, capturesFolder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .toSorted()
    .map((file) => new URL(file, folder));
}
