/** How many lines the parts of a report are of. */
import type { Report, Service } from "@ishizue/analysis";
import { numberIn } from "./parts.ts";

const usageTables: Readonly<Record<Service, string | null>> = {
  broadband: "table-1",
  mobile: "table-2",
  cloud: null,
};

/** Consumer lines of a service in a week, as its usage table counts them; null where it does not tell. */
export function consumerLines(report: Report, service: Service, week: string): number | null {
  const id = usageTables[service];
  const row = id === null ? undefined : report.tables[id]?.rows.find(({ key }) => key === week);
  return numberIn(row?.cells["lines"]);
}

/** Lines of a service in a week, all classes, of the access types that `include` takes; null where the report does not tell of that week. */
export function allLines(
  report: Report,
  service: Service,
  week: string,
  include: (access: string) => boolean = () => true,
): number | null {
  const facts = report.weeks?.find((each) => each.week === week);
  if (facts === undefined) return null;
  return facts.lines
    .filter((kind) => kind.service === service && include(kind.access))
    .reduce((lines, kind) => lines + kind.lines, 0);
}
