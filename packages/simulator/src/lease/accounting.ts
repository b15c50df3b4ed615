import type { AccountingRequestFields } from "@ishizue/wire";
import { LineKind } from "../population/line.ts";
import type { LinePopulation } from "../population/line.ts";
import { ipv4Text, leasedIpv4, leasedIpv6Prefix } from "./plan.ts";
import type { WeekSessions } from "./session.ts";

/** An Accounting-Request without what belongs to one sending of it. */
export type AccountingFields = Omit<AccountingRequestFields, "identifier" | "secret">;

/** Accounting of one week in order of time; materialised one by one by `accountingFields`. */
export interface WeekAccounting {
  readonly timeMs: Float64Array;
  readonly line: Uint32Array;
  readonly session: Uint32Array;
  /** Acct-Status-Type: 1 Start, 2 Stop, 3 Interim-Update. */
  readonly status: Uint8Array;
}

const start = 1;
const stop = 2;
const interim = 3;

/** Start, Interim-Update every `interimS` seconds and Stop of every session but those of static lines. */
export function makeAccounting(
  lines: LinePopulation,
  sessions: WeekSessions,
  interimS: number,
): WeekAccounting {
  const time: number[] = [];
  const line: number[] = [];
  const session: number[] = [];
  const status: number[] = [];
  for (let l = 0; l < lines.count; l++) {
    if (lines.kind[l] === LineKind.business) continue;
    for (let s = sessions.first[l]; s < sessions.first[l + 1]; s++) {
      const add = (at: number, what: number): void => {
        time.push(at);
        line.push(l);
        session.push(s);
        status.push(what);
      };
      add(sessions.startMs[s], start);
      if (interimS > 0) {
        const step = interimS * 1000;
        for (let at = sessions.startMs[s] + step; at < sessions.endMs[s]; at += step) add(at, interim);
      }
      add(sessions.endMs[s], stop);
    }
  }
  // Stops before starts of the same second, so that an address is free before it is taken.
  const rank = [0, 2, 0, 1];
  const order = Uint32Array.from(time, (_, i) => i).sort(
    (a, b) => time[a] - time[b] || rank[status[a]] - rank[status[b]] || a - b,
  );
  return {
    timeMs: Float64Array.from(order, (i) => time[i]),
    line: Uint32Array.from(order, (i) => line[i]),
    session: Uint32Array.from(order, (i) => session[i]),
    status: Uint8Array.from(order, (i) => status[i]),
  };
}

/** The attributes of one event: a broadband router's for PPPoE and IPoE, a mobile gateway's for mobile lines. */
export function accountingFields(
  lines: LinePopulation,
  sessions: WeekSessions,
  accounting: WeekAccounting,
  at: number,
  weekIndex: number,
  nasAddress: string,
): AccountingFields {
  const line = accounting.line[at];
  const session = accounting.session[at];
  const kind = lines.kind[line];
  const status = accounting.status[at];
  const place = sessions.place[session];
  const name = lines.names[line];
  const mobile = kind === LineKind.mobile;
  return {
    statusType: status,
    userName: name,
    nasIpAddress: nasAddress,
    nasIdentifier: mobile ? "mobile-gateway" : "broadband-edge",
    sessionId: `${weekIndex.toString(16)}-${session.toString(16).padStart(8, "0")}`,
    ...(mobile ? { callingStationId: `8170${String(10_000_000 + line)}`, calledStationId: "internet" } : {}),
    ...(kind === LineKind.ipoe ? {} : { framedIpAddress: ipv4Text(leasedIpv4(kind, place)) }),
    ...(mobile
      ? { framedIpv6Prefix: leasedIpv6Prefix(kind, place) }
      : { delegatedIpv6Prefix: leasedIpv6Prefix(kind, place) }),
    eventTimestampMs: accounting.timeMs[at],
    ...(status === start ? {} : { sessionTimeS: (accounting.timeMs[at] - sessions.startMs[session]) / 1000 }),
    ...(status === stop ? { terminateCause: 1 } : {}),
  };
}
