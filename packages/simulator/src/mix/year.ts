import { applications, protocolNames } from "./application.ts";
import { broadbandShares, mixYears, mobileShares } from "./reference.ts";
import type { ShareRow } from "./reference.ts";

/** Octets that a row of 0.0 % stands for: the table rounds to one place. */
const traceShare = 0.01;

/** A row's value in a year: between the table's years by a straight line, outside by half the last step a year. */
function rowValue(row: ShareRow, year: number): number {
  const values = row.slice(2) as number[];
  const first = mixYears[0];
  const last = mixYears[mixYears.length - 1];
  if (year < first || year > last) {
    const late = year > last;
    let value = late ? values[values.length - 1] : values[0];
    let step = late ? value - values[values.length - 2] : value - values[1];
    for (let away = Math.abs(year - (late ? last : first)); away > 0; away--) {
      step /= 2;
      value += step;
    }
    return Math.max(0, value);
  }
  const at = Math.min(Math.floor(year - first), values.length - 2);
  return values[at] + (values[at + 1] - values[at]) * (year - first - at);
}

/**
 * Share of octets of each application in a year, IN and OUT together.
 *
 * Shape: one value an application, adding up to 1.
 */
export function applicationShares(service: "broadband" | "mobile", year: number): Float64Array {
  const rows = service === "broadband" ? broadbandShares : mobileShares;
  const find = (protocol: string, port: number | string): number => {
    const row = rows.find((candidate) => candidate[0] === protocol && candidate[1] === port);
    return row === undefined ? -1 : rowValue(row, year);
  };
  const listed = (protocol: string, low: number, high: number): number => {
    let sum = 0;
    for (const app of applications) {
      if (protocolNames[app.protocol] !== protocol || typeof app.port !== "number") continue;
      if (app.port >= low && app.port < high) sum += Math.max(0, find(protocol, app.port));
    }
    return sum;
  };
  const tcp = find("TCP", "all");
  // Table 4 does not split TCP at 1024: what is not listed there is taken as 4 % below and 96 % above.
  const tcpHigh =
    service === "broadband"
      ? find("TCP", ">=1024") - listed("TCP", 1024, 65536)
      : 0.96 * (tcp - listed("TCP", 0, 65536));
  const shares = new Float64Array(applications.length);
  applications.forEach((app, i) => {
    const protocol = protocolNames[app.protocol];
    let share: number;
    if (app.key === "tcp-high") share = tcpHigh;
    else if (app.key === "tcp-low") share = tcp - listed("TCP", 0, 65536) - tcpHigh;
    else if (app.key === "udp-high") share = find("UDP", "all") - listed("UDP", 0, 65536);
    else share = find(protocol, app.port === "none" ? "all" : app.port);
    shares[i] = share < 0 ? 0 : Math.max(share, traceShare);
  });
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}
