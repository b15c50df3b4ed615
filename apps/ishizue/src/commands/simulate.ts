import { Provider } from "@ishizue/simulator";
import { Command } from "commander";
import { resolve } from "node:path";
import { datagramsTaken, fractionOf } from "../demo/simulator-process.ts";
import { CommandFault } from "../fault/fault.ts";
import { Stages } from "../progress/stages.ts";
import { collect, parseCount, parseEndpoint } from "./option.ts";

interface Options {
  lines: number;
  week: string[];
  records?: number;
  sampling?: number;
  seed: number;
  timeZone: string;
  truth: string;
  importsOnly?: boolean;
  pcap?: string;
  collector?: { host: string; port: number };
  accounting?: { host: string; port: number };
  secret?: string;
  status?: string;
}

export function simulateCommand(): Command {
  return new Command("simulate")
    .description("a provider with known truth: sends its traffic and accounting, or writes them as a capture")
    .option("--lines <count>", "lines of the provider", parseCount, 2000)
    .option("--week <week>", "ISO week (may be repeated, in order of time; default: 2026-W20)", collect, [])
    .option("--records <count>", "flow records in all, about; the sampling interval follows", parseCount)
    .option("--sampling <interval>", "one packet in N at the broadband edge (mobile: N/32)", parseCount)
    .option("--seed <number>", "everything follows from it", parseCount, 1)
    .option("--time-zone <zone>", "time zone of the weeks", "Asia/Tokyo")
    .requiredOption("--truth <dir>", "folder for the truth, and for lines.csv and leases.csv to import first")
    .option("--imports-only", "write lines.csv and leases.csv and end")
    .option("--pcap <file>", "write a capture instead of sending")
    .option("--collector <host:port>", "send flows there (NetFlow v9 and IPFIX)", parseEndpoint)
    .option("--accounting <host:port>", "send RADIUS accounting there", parseEndpoint)
    .option("--secret <text>", "shared secret of the accounting server")
    .option("--status <url>", "the collector's GET /status: paces the sending so that nothing is lost")
    .action(async (options: Options) => {
      const provider = makeProvider(options);
      const truthDir = resolve(options.truth);
      await provider.writeImports(truthDir);
      if (options.importsOnly === true) {
        console.log(`${truthDir}: lines.csv and leases.csv`);
        return;
      }
      if (options.pcap !== undefined) {
        const written = await provider.toPcap(options.pcap);
        console.log(`${options.pcap}: ${written.frames} datagrams, ${written.records} records`);
      } else {
        await send(provider, options);
      }
      await provider.writeTruth(truthDir);
      console.log(`truth in ${truthDir}`);
    });
}

function makeProvider(options: Options): Provider {
  const base = {
    lines: options.lines,
    weeks: options.week.length > 0 ? options.week : ["2026-W20"],
    seed: options.seed,
    timeZone: options.timeZone,
  };
  try {
    return new Provider({
      ...base,
      ...(options.records === undefined ? {} : { recordsTarget: options.records }),
      ...(options.sampling === undefined
        ? {}
        : {
            samplingInterval: {
              broadband: options.sampling,
              mobile: Math.max(1, Math.round(options.sampling / 32)),
            },
          }),
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CommandFault("BAD_OPTION", error.message, "see ishizue simulate --help");
  }
}

async function send(provider: Provider, options: Options): Promise<void> {
  const { collector, accounting, secret, status } = options;
  if (collector === undefined) {
    throw new CommandFault(
      "NO_COLLECTOR",
      "nowhere to send to",
      "name --collector host:port, or --pcap file",
    );
  }
  if (accounting !== undefined && secret === undefined) {
    throw new CommandFault("NO_SECRET", "accounting needs a shared secret", "name --secret");
  }
  const stages = new Stages(1);
  stages.start(`Sending ${provider.weeks.map(({ name }) => name).join(" and ")}`);
  const result = await provider
    .sendTo({
      collector: { host: collector.host, netflowPort: collector.port, ipfixPort: collector.port },
      ...(accounting === undefined || secret === undefined ? {} : { accounting: { ...accounting, secret } }),
      ...(status === undefined ? {} : { received: () => datagramsTaken(status) }),
      onProgress: ({ timeMs, records }) => stages.update(fractionOf(provider, timeMs), `${records} records`),
    })
    .catch((error: unknown) => {
      stages.abandon();
      throw error;
    });
  stages.done(
    `${result.records} records in ${result.datagrams} datagrams, ${result.accounting} accounting events, ${result.unacknowledged} datagrams not taken`,
  );
}
