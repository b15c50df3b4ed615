import type { EndName, LeaseAnswer, StartName } from "./lease.ts";
import type { Conflict, ConflictsAnswer } from "./conflicts.ts";
import type { HeldAnswer } from "./held.ts";
import type { Clock } from "./time.ts";
import type { BeliefAnswer, WhoAnswer } from "./who.ts";

const startWords: Readonly<Record<StartName, string>> = {
  start: "a Start",
  interim: "an Interim-Update, its Start was missed",
  stop: "a Stop, its Start was missed",
  given: "a list",
};

/** Of a NAT's bindings. */
const bindingStartWords: Readonly<Record<StartName, string>> = {
  start: "a NAT's allocation",
  interim: "a NAT's event about a binding, its allocation was missed",
  stop: "a NAT's release, its allocation was missed",
  given: "a list",
};

const endWords: Readonly<Record<EndName, string>> = {
  open: "no end is told",
  stop: "its end is told",
  next: "ended by the next start on it",
  nas: "ended with its access server's sessions (Accounting-On or -Off)",
  timeOut: "ended by the time-out, without a sign of life",
  given: "its end is given",
};

/** Names of lines and servers come from the network: nothing in them moves a terminal's cursor. */
function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "�");
}

function teller({ feed, nas }: LeaseAnswer): string {
  return plain(nas === "" ? feed : `${feed} of ${nas}`);
}

function isTakenBack({ validFromMs, validToMs }: LeaseAnswer): boolean {
  return validToMs === validFromMs;
}

/** What told a lease as it stands. */
function reason(lease: LeaseAnswer): string {
  if (lease.feed === "forget") return "the line was forgotten";
  if (isTakenBack(lease)) return `${teller(lease)}: taken back`;
  const told = lease.inside === null ? startWords : bindingStartWords;
  return `${teller(lease)}: ${told[lease.start]}; ${endWords[lease.end]}`;
}

function inDomain(domain: string): string {
  return domain === "" ? "" : ` in ${plain(domain)}`;
}

/** The answer to `ishizue who`, for a terminal. */
export function whoText(answer: WhoAnswer, clock: Clock): string {
  const { address, port, domain, line, lease, through } = answer;
  const endpoint =
    port === null ? address : address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
  const known =
    answer.knownMs === Number.POSITIVE_INFINITY ? "" : `, as known at ${clock.exact(answer.knownMs)}`;
  const lines = [
    `${endpoint}${inDomain(domain)} at ${clock.exact(answer.atMs)}${known}: ${line === null ? "nobody" : plain(line)}`,
  ];
  if (lease === null || line === null) lines.push(`  ${nobody(answer)}`);
  else {
    for (const held of through === null ? [lease] : [lease, through]) {
      lines.push(`  lease        ${leased(held, clock)}`);
      lines.push(`  told by      ${reason(held)}`);
    }
    lines.push(
      `  known since  ${clock.moment(answer.knownSinceMs ?? lease.knownFromMs)}${lastChange(answer, clock)}`,
    );
  }
  if (answer.portLeases > 0) {
    lines.push(`  ${answer.portLeases} leases of ports of it held then: name one as ${shared(address)}`);
  }
  if (answer.otherDomains.length > 0) {
    lines.push(
      `  leased in other routing domains: ${answer.otherDomains.map(domainName).join(", ")} (--domain)`,
    );
  }
  if (answer.beliefs.length > 1) {
    lines.push("", "what was believed of that moment");
    for (const belief of answer.beliefs) lines.push(beliefLine(belief, clock));
  }
  return `${lines.join("\n")}\n`;
}

function lastChange({ lease, knownSinceMs }: WhoAnswer, clock: Clock): string {
  if (lease === null || lease.knownFromMs === knownSinceMs) return "";
  return `, as it stands since ${clock.moment(lease.knownFromMs)}`;
}

function nobody({ reason, lease }: WhoAnswer): string {
  const inside = lease?.inside ?? null;
  if (lease !== null && inside !== null) {
    return `${lease.prefix} was given to ${inside.address}${inDomain(inside.domain)}, which nobody held then`;
  }
  return reason === "otherTime"
    ? "a prefix around the address was held, but not then"
    : "no prefix around the address was ever held until then";
}

function shared(address: string): string {
  return address.includes(":") ? `[${address}]:PORT` : `${address}:PORT`;
}

/** `192.0.2.7 from … until …`, and of whom where that is an address behind a NAT. */
function leased({ prefix, inside, validFromMs, validToMs }: LeaseAnswer, clock: Clock): string {
  const of = inside === null ? "" : ` of ${inside.address}${inDomain(inside.domain)}`;
  return `${prefix}${of} ${clock.span(validFromMs, validToMs)}`;
}

function domainName(name: string): string {
  return name === "" ? "'' (the default)" : plain(name);
}

function beliefLine({ knownFromMs, line, lease, because }: BeliefAnswer, clock: Clock): string {
  const holder =
    lease === null ? "nobody" : `${line === null ? "nobody" : plain(line)}, ${leased(lease, clock)}`;
  return `  ${clock.moment(knownFromMs)}  ${holder}\n    ${reason(because)}`;
}

/** The answer to `ishizue held`, for a terminal. */
export function heldText(name: string, answer: HeldAnswer, clock: Clock): string {
  const { leases, withdrawn } = answer;
  const lines = [
    `${plain(name)} ${clock.span(answer.fromMs, answer.toMs)} (${clock.timeZone}): ${leases.length === 0 ? "held nothing" : `${leases.length} ${leases.length === 1 ? "lease" : "leases"}`}`,
  ];
  for (const lease of leases) {
    lines.push(
      `  ${lease.prefix}${inDomain(lease.domain)} ${clock.span(lease.validFromMs, lease.validToMs)}`,
    );
    lines.push(`    ${reason(lease)}; known since ${clock.moment(lease.knownFromMs)}`);
  }
  if (answer.outside.length > 0) lines.push("", "outside of a NAT, while its addresses were the line's");
  for (const { lease, fromMs, toMs } of answer.outside) {
    lines.push(
      `  ${lease.prefix}${inDomain(lease.domain)} of ${lease.inside?.address ?? ""} ${clock.span(fromMs, toMs)}`,
    );
    lines.push(`    ${reason(lease)}; known since ${clock.moment(lease.knownFromMs)}`);
  }
  if (withdrawn.length > 0) lines.push("", "believed before, and no longer");
  for (const { lease, now } of withdrawn) {
    lines.push(
      `  ${lease.prefix}${inDomain(lease.domain)} ${clock.span(lease.validFromMs, lease.validToMs)}`,
    );
    lines.push(`    since ${clock.moment(now.knownFromMs)} ${nowWords(now, clock)}; ${reason(now)}`);
  }
  return `${lines.join("\n")}\n`;
}

function nowWords(now: LeaseAnswer, clock: Clock): string {
  if (isTakenBack(now)) return "nobody's";
  return `${plain(now.line)}'s ${clock.span(now.validFromMs, now.validToMs)}`;
}

/** The answer to `ishizue conflicts`, for a terminal. */
export function conflictsText({ counts, conflicts }: ConflictsAnswer, clock: Clock): string {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (all === 0) return "the ledger settled nothing of that kind\n";
  const lines = [`${all} settled (${clock.timeZone})`];
  for (const [kind, count] of Object.entries(counts)) lines.push(`  ${count} ${kind}`);
  lines.push("", conflicts.length < all ? `the last ${conflicts.length} (--limit)` : "the last first");
  for (const conflict of conflicts) lines.push(`  ${conflictLine(conflict, clock)}`);
  return `${lines.join("\n")}\n`;
}

function conflictLine(conflict: Conflict, clock: Clock): string {
  const { knownMs, kind, prefix, domain, line, startMs, otherLine } = conflict;
  const begun = startMs === 0 ? "always" : clock.moment(startMs);
  const other = otherLine === "" || otherLine === line ? "" : `, against ${plain(otherLine)}`;
  return `${clock.moment(knownMs)}  ${kind}  ${prefix}${inDomain(domain)}, ${plain(line)} since ${begun}${other}`;
}
