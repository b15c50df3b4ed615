import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cgnatPlan, outsideAddress, outsidePort } from "../lease/cgnat.ts";
import { ipv4Text, leasedIpv4, leasedIpv6Prefix } from "../lease/plan.ts";
import { protocolNames } from "../mix/application.ts";
import { LineKind, lineKindFacts, lineKindNames, lineTags } from "../population/line.ts";
import type { LinePopulation } from "../population/line.ts";
import type { Provider } from "../provider.ts";

const services = ["broadband", "mobile"] as const;
const directions = ["in", "out"] as const;

/** Writes rows of text as they come, without holding the file in memory. */
export async function writeRows(path: string, rows: Iterable<string>): Promise<void> {
  const file = createWriteStream(path);
  let text = "";
  for (const row of rows) {
    text += `${row}\n`;
    if (text.length > 1 << 16) {
      if (!file.write(text)) await once(file, "drain");
      text = "";
    }
  }
  file.end(text);
  await once(file, "close");
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}

/** lines.csv and leases.csv: what the product imports before traffic comes; ishizue.yaml: what it is told of the routers. */
export async function writeImports(provider: Provider, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeRows(join(directory, "lines.csv"), lineRows(provider));
  await writeRows(join(directory, "leases.csv"), staticLeaseRows(provider));
  await writeRows(join(directory, "ishizue.yaml"), configurationRows(provider));
  if (sharesAddresses(provider)) await writeRows(join(directory, "cgnat-blocks.yaml"), natRows());
}

/** Rows of lines.csv. */
export function* lineRows({ lines }: { readonly lines: LinePopulation }): Generator<string> {
  yield "line,class,access,plan,region,tags";
  for (let line = 0; line < lines.count; line++) {
    const facts = lineKindFacts[lineKindNames[lines.kind[line]]];
    const tags = lineTags(lines, line).join(";");
    yield `${lines.names[line]},${facts.class},${facts.access},${lines.plan[line]},${lines.region[line]},${tags}`;
  }
}

function* staticLeaseRows(provider: Provider): Generator<string> {
  yield "address,start,end,line";
  const { lines } = provider;
  for (let line = 0; line < lines.count; line++) {
    if (lines.kind[line] !== LineKind.business) continue;
    // From a month before the first week, or from when the line joined.
    for (const index of provider.weeks.keys()) {
      const { first, startMs, place } = provider.sessions(index);
      const session = first[line];
      if (session === first[line + 1]) continue;
      const since = startMs[session] - (index === 0 ? 30 * 86_400_000 : 0);
      // An empty end: the lease is still on.
      yield `${ipv4Text(leasedIpv4(LineKind.business, place[session]))},${instant(since)},,${lines.names[line]}`;
      break;
    }
  }
}

/** Whether mobile lines are behind a NAT. */
function sharesAddresses({ exporters }: Provider): boolean {
  return exporters.some(({ role }) => role === "other");
}

/** What the collector's configuration has to say of this provider. */
function* configurationRows(provider: Provider): Generator<string> {
  yield "# Of the simulated provider, for ishizue.yaml: only routers of the role edge count for lines.";
  yield "exporters:";
  for (const { name, address, role } of provider.exporters) {
    yield `  - { address: ${address}, name: ${name}, role: ${role} }`;
  }
  yield "customerPrefixes:";
  for (const prefix of provider.customerPrefixes) yield `  - ${prefix}`;
}

/** All files of the truth of the provider's last run, the imports among them. */
export async function writeTruth(provider: Provider, directory: string): Promise<void> {
  await writeImports(provider, directory);
  await writeRows(join(directory, "lines-daily.csv"), dailyRows(provider));
  await writeRows(join(directory, "ports.csv"), portRows(provider));
  await writeRows(join(directory, "hours.csv"), hourRows(provider));
  await writeRows(join(directory, "sessions.csv"), sessionRows(provider));
  await writeRows(join(directory, "moved.csv"), movedRows(provider));
  await writeFile(join(directory, "truth.json"), `${JSON.stringify(summary(provider), null, 2)}\n`);
}

function* dailyRows({ lines, tallies }: Provider): Generator<string> {
  yield "line,date,octets_in,octets_out";
  for (const { week, lineDay } of tallies) {
    for (let line = 0; line < lines.count; line++) {
      for (let day = 0; day < 7; day++) {
        const at = (line * 7 + day) * 2;
        yield `${lines.names[line]},${week.dates[day]},${lineDay[at]},${lineDay[at + 1]}`;
      }
    }
  }
}

function* portRows({ ports, tallies }: Provider): Generator<string> {
  yield "week,service,access,class,direction,protocol,port,octets";
  for (const { week, portOctets } of tallies) {
    for (const [kind, name] of lineKindNames.entries()) {
      const facts = lineKindFacts[name];
      for (const [direction, directionName] of directions.entries()) {
        for (let port = 0; port < ports.port.length; port++) {
          const octets = portOctets[(kind * 2 + direction) * ports.port.length + port];
          if (octets === 0) continue;
          const place = `${week.name},${facts.service},${facts.access},${facts.class},${directionName}`;
          yield `${place},${ports.protocol[port]},${ports.port[port]},${octets}`;
        }
      }
    }
  }
}

function* hourRows({ tallies }: Provider): Generator<string> {
  yield "week,service,direction,hour_start,octets";
  for (const { week, hourOctets } of tallies) {
    for (const [service, serviceName] of services.entries()) {
      for (const [direction, directionName] of directions.entries()) {
        const at = (service * 2 + direction) * week.hours.length;
        for (const [hour, { startMs }] of week.hours.entries()) {
          yield `${week.name},${serviceName},${directionName},${instant(startMs)},${hourOctets[at + hour]}`;
        }
      }
    }
  }
}

/** The addresses that a session holds, IPv4 first. */
function sessionAddresses(kind: number, place: number): readonly string[] {
  if (kind === LineKind.business) return [ipv4Text(leasedIpv4(kind, place))];
  if (kind === LineKind.ipoe) return [leasedIpv6Prefix(kind, place)];
  return [ipv4Text(leasedIpv4(kind, place)), leasedIpv6Prefix(kind, place)];
}

/** An outside address and the ports of a session's block, `198.51.100.7:52224-52479`. */
function outsideBlock(place: number): string {
  const first = outsidePort(place);
  return `${ipv4Text(outsideAddress(place))}:${first}-${first + cgnatPlan.portsPerBlock - 1}`;
}

function* sessionRows(provider: Provider): Generator<string> {
  yield "week,line,address,start,end";
  const shared = sharesAddresses(provider);
  const { lines } = provider;
  for (const [index, week] of provider.weeks.entries()) {
    const { first, startMs, endMs, place } = provider.sessions(index);
    for (let line = 0; line < lines.count; line++) {
      for (let s = first[line]; s < first[line + 1]; s++) {
        const addresses = [...sessionAddresses(lines.kind[line], place[s])];
        if (shared && lines.kind[line] === LineKind.mobile) addresses.push(outsideBlock(place[s]));
        for (const address of addresses) {
          yield `${week.name},${lines.names[line]},${address},${instant(startMs[s])},${instant(endMs[s])}`;
        }
      }
    }
  }
}

function* movedRows(provider: Provider): Generator<string> {
  yield "week,line,access,old_address,old_end,new_address,new_start";
  const { lines } = provider;
  for (const [index, week] of provider.weeks.entries()) {
    const { first, startMs, endMs, place } = provider.sessions(index);
    for (let line = 0; line < lines.count; line++) {
      const kind = lines.kind[line];
      for (let s = first[line] + 1; s < first[line + 1]; s++) {
        if (place[s] === place[s - 1]) continue;
        const old = sessionAddresses(kind, place[s - 1])[0];
        const now = sessionAddresses(kind, place[s])[0];
        const { access } = lineKindFacts[lineKindNames[kind]];
        yield `${week.name},${lines.names[line]},${access},${old},${instant(endMs[s - 1])},${now},${instant(startMs[s])}`;
      }
    }
  }
}

/** The NAT's parameters: with them the ledger needs none of its events. */
function* natRows(): Generator<string> {
  yield "nats:";
  yield `  - inside: ${cgnatPlan.inside}`;
  yield "    boundaryAddresses: false";
  yield `    outside: ${cgnatPlan.outside}`;
  yield `    firstPort: ${cgnatPlan.firstPort}`;
  yield `    portsPerSubscriber: ${cgnatPlan.portsPerBlock}`;
}

function summary(provider: Provider): object {
  return {
    seed: provider.seed,
    timeZone: provider.timeZone,
    lines: provider.lines.counts,
    customerPrefixes: provider.customerPrefixes,
    exporters: provider.exporters,
    sent: provider.counts,
    protocols: protocolNames,
    weeks: provider.tallies.map((tally) => ({
      week: tally.week.name,
      year: tally.week.year,
      start: instant(tally.week.startMs),
      end: instant(tally.week.endMs),
      services: Object.fromEntries(
        services.map((serviceName, service) => [
          serviceName,
          {
            records: tally.records[service],
            ...Object.fromEntries(
              directions.map((directionName, direction) => {
                const flow = service * 2 + direction;
                return [
                  directionName,
                  {
                    octets: tally.serviceOctets(service, direction),
                    packetsWithUnattributed: tally.packets[flow],
                    sampledPackets: tally.sampledPackets[flow],
                    sampledOctets: tally.sampledOctets[flow],
                    unattributed: {
                      outside: tally.strayOctets[flow * 2],
                      noLease: tally.strayOctets[flow * 2 + 1],
                    },
                  },
                ];
              }),
            ),
          },
        ]),
      ),
    })),
  };
}
