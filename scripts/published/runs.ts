/** The simulated provider and its reports: commands that anyone can type, run one after the other. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readReport } from "@ishizue/report";
import type { Report } from "@ishizue/analysis";
import { usage, weekOf } from "./facts.ts";
import { kept, type PartName, partNames, type Reports } from "./kept.ts";
import { type Truth, truthOf } from "./truth.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const main = join(root, "apps", "ishizue", "src", "main.ts");

const years = usage.broadband.map(({ year }) => year);
const last = years[years.length - 1];
const against = (weeks: readonly string[]): string => weeks.map((week) => `--compare ${week}`).join(" ");

/** One packet in N, as at the published report's broadband edge; the simulator's mobile gateway has N/32. */
const sampling = "--sampling 8192";

/** A week of June, which the growth of the months is told up to. */
const juneWeek = (year: number): string => `${year}-W25`;

/** What is typed, and the file that is there when it is done; folders are of the working folder. */
export const commands: readonly { readonly typed: string; readonly done: string }[] = [
  {
    typed: `ishizue --data years simulate --rollups --years ${years[0]}..${last} --lines 20000 --no-growth ${sampling} --truth years-truth`,
    done: "years-truth/truth.json",
  },
  {
    typed: `ishizue --data years report --no-print --out report-years --week ${weekOf(last)} ${against(years.slice(0, -1).map(weekOf))}`,
    done: "report-years/report.json",
  },
  {
    typed: `ishizue --data years report --no-print --out report-week --week ${weekOf(last)} ${against([weekOf(last - 1)])}`,
    done: "report-week/report.json",
  },
  {
    typed: `ishizue --data months simulate --rollups --months 2020-01..2023-06 --lines 2000 ${sampling} --truth months-truth`,
    done: "months-truth/truth.json",
  },
  {
    typed: `ishizue --data months report --no-print --normalise --out report-months --week ${juneWeek(last)} ${against([last - 3, last - 2, last - 1].map(juneWeek))}`,
    done: "report-months/report.json",
  },
];

/**
 * Runs the commands in `work` that are not done there yet, and reads what they reported and what was true.
 *
 * Errors: the first command that fails, after what it said itself.
 */
export async function simulated(
  work: string,
  onCommand: (line: string) => void,
): Promise<{ reports: Reports; truth: Truth }> {
  for (const { typed, done } of commands) {
    if (existsSync(join(work, done))) continue;
    onCommand(typed);
    const args = typed.split(" ").slice(1);
    const { status } = spawnSync(process.execPath, [main, ...args], { cwd: work, stdio: "inherit" });
    if (status !== 0) throw new Error(`${typed}: ended with ${status}`);
  }
  const read = async (name: PartName): Promise<[PartName, Report]> => {
    const path = join(work, `report-${name}`, "report.json");
    return [name, kept(readReport(await readFile(path, "utf8"), path), name)];
  };
  const reports = Object.fromEntries(await Promise.all(partNames.map(read))) as Record<PartName, Report>;
  const hours = await readFile(join(work, "months-truth", "hours.csv"), "utf8");
  return { reports, truth: truthOf(hours, reports.months.timeZone) };
}
