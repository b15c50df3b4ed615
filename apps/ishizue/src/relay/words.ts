import type { RelayStats, RelayTargetStats } from "@ishizue/receive";

function targetLine(target: RelayTargetStats, keepsSource: boolean): string {
  const { sent, sentAsSelf, dropped, errors, lastError } = target;
  const own = keepsSource && sentAsSelf > 0 ? ` (${sentAsSelf} from this machine's address)` : "";
  const error = lastError === null ? "" : ` (${lastError})`;
  return `${target.target}: ${sent} sent${own}, ${dropped} dropped, ${errors} errors${error}`;
}

/** What came in and what became of it: one line, then one a target. */
export function relayLines(stats: RelayStats, kernelDrops: number | null): string[] {
  const { datagrams, filtered, keepsSource, targets } = stats;
  const more: string[] = [];
  if (filtered > 0) more.push(`${filtered} of exporters that are not forwarded`);
  if ((kernelDrops ?? 0) > 0)
    more.push(`${kernelDrops} more dropped by the kernel before they could be read`);
  return [
    [`${datagrams} datagrams`, ...more].join(", "),
    ...targets.map((target) => `  ${targetLine(target, keepsSource)}`),
  ];
}

/** Whose address the targets see, for the line that says what is relayed. */
export function addressWords(whyOwnAddress: string | null): string {
  return whyOwnAddress === null
    ? "with the exporters' own addresses"
    : `with this machine's address in place of the exporters' (${whyOwnAddress})`;
}
