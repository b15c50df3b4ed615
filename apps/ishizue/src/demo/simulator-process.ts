// The simulated provider in a process of its own: prepares, waits for the word, sends, writes the truth.
import { customerPrefixes, Provider, type SendResult, type SimulatorOptions } from "@ishizue/simulator";
import { CommandFault, faultLine } from "../fault/fault.ts";

/** What the parent says. */
export type SimulatorOrder =
  | { readonly kind: "prepare"; readonly options: SimulatorOptions; readonly truthDir: string }
  | {
      readonly kind: "send";
      readonly host: string;
      readonly port: number;
      readonly accountingPort: number;
      readonly secret: string;
      readonly statusUrl: string;
    };

/** What the child answers. */
export type SimulatorNews =
  | {
      readonly kind: "prepared";
      readonly lines: number;
      readonly customerPrefixes: readonly string[];
      readonly samplingIntervals: readonly number[];
    }
  | {
      readonly kind: "progress";
      readonly fraction: number;
      readonly records: number;
      readonly accounting: number;
    }
  | { readonly kind: "sent"; readonly result: SendResult }
  | { readonly kind: "failed"; readonly line: string };

let provider: Provider | null = null;
let truthDir = "";

function tell(news: SimulatorNews): void {
  process.send?.(news);
}

/** Datagrams that the collector has taken; `statusUrl` is that of its GET /status. */
export async function datagramsTaken(statusUrl: string): Promise<number> {
  let url: URL;
  try {
    url = new URL("/datagrams", statusUrl);
  } catch {
    throw new CommandFault("BAD_URL", `"${statusUrl}" is no URL`, "write it as http://127.0.0.1:8061/status");
  }
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) }).catch((error: unknown) => {
    const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new CommandFault(
      "NOT_RUNNING",
      `no collector answers at ${url.origin}: ${why}`,
      "is `ishizue collect` running there?",
    );
  });
  const count: unknown = response.ok ? await response.json() : null;
  if (typeof count !== "number") {
    throw new CommandFault(
      "NOT_A_COLLECTOR",
      `${url.href} is not a collector's`,
      "name the status URL that `ishizue collect` printed",
    );
  }
  return count;
}

/** How far through its weeks a run is, 0 to 1. */
export function fractionOf(provider: Provider, timeMs: number): number {
  let before = 0;
  let total = 0;
  for (const { startMs, endMs } of provider.weeks) {
    total += endMs - startMs;
    before += Math.min(Math.max(0, timeMs - startMs), endMs - startMs);
  }
  return total === 0 ? 1 : before / total;
}

async function follow(order: SimulatorOrder): Promise<void> {
  if (order.kind === "prepare") {
    provider = new Provider(order.options);
    ({ truthDir } = order);
    await provider.writeImports(truthDir);
    tell({
      kind: "prepared",
      lines: provider.lines.count,
      customerPrefixes,
      samplingIntervals: provider.exporters.map(({ samplingInterval }) => samplingInterval),
    });
    return;
  }
  if (provider === null) throw new Error("send before prepare");
  const sender = provider;
  const result = await sender.sendTo({
    collector: { host: order.host, netflowPort: order.port, ipfixPort: order.port },
    accounting: { host: order.host, port: order.accountingPort, secret: order.secret },
    // An hour of simulated time at a time: leases carry their own times, so knowing them early changes nothing.
    accountingLeadMs: 3_600_000,
    received: () => datagramsTaken(order.statusUrl),
    onProgress: ({ timeMs, records, accounting }) =>
      tell({ kind: "progress", fraction: fractionOf(sender, timeMs), records, accounting }),
  });
  await sender.writeTruth(truthDir);
  tell({ kind: "sent", result });
  process.disconnect?.();
}

if (process.send !== undefined) {
  // Ctrl-C reaches the whole group: the parent ends this process when it is ready to.
  process.on("SIGINT", () => {});
  process.on("disconnect", () => process.exit(0));
  process.on("message", (order: SimulatorOrder) => {
    follow(order).catch((error: unknown) => {
      tell({ kind: "failed", line: faultLine(error) ?? String(error) });
      process.exit(1);
    });
  });
}
