import { maxWorkers } from "@ishizue/receive";
import { Command, InvalidArgumentError, Option } from "commander";
import { Collector } from "../collector/collector.ts";
import { type Config, receivers } from "../config/schema.ts";
import { addressWords } from "../relay/words.ts";
import { globals } from "./globals.ts";
import { parseCount, parsePort } from "./option.ts";
import { failIfLost } from "./replay.ts";
import { untilStopped } from "./signal.ts";

interface Options {
  listen?: string;
  port: number[];
  receiver?: Config["listen"]["receiver"];
  workers?: number;
  statusPort?: number;
}

export function collectCommand(): Command {
  return new Command("collect")
    .description("receive NetFlow, IPFIX, sFlow and RADIUS accounting until Ctrl-C")
    .option("--listen <address>", "address to listen on (default: listen.host)")
    .option(
      "--port <port...>",
      "UDP ports for flows, instead of listen.ports",
      (text: string, previous: number[]) => [...previous, parsePort(text)],
      [],
    )
    .addOption(
      new Option("--receiver <kind>", "how to receive, instead of listen.receiver").choices([...receivers]),
    )
    .option("--workers <count>", "receiving threads, instead of listen.workers", parseWorkers)
    .option("--status-port <port>", "TCP port of GET /status on loopback (default: status.port)", parsePort)
    .addHelpText(
      "after",
      "\nAccounting is served to the clients listed under accounting.clients in ishizue.yaml.\nRecords, leases and counters that arrived are durable before the command ends.",
    )
    .action(async (options: Options, command: Command) => {
      const { dataDir, config } = globals(command);
      takeOptions(options, config);
      const stopped = untilStopped();
      const collector = await Collector.open(dataDir, config);
      await collector.listen();
      const { ports, relay, sharing } = await collector.status();
      console.log(`collecting on UDP ${ports.flow.join(", ")} into ${dataDir}`);
      console.log(`receiver ${collector.receiverLine()}`);
      if (ports.stream !== null) console.log(`IPFIX on TCP ${ports.stream}`);
      if (ports.streamTls !== null) console.log(`IPFIX over TLS on TCP ${ports.streamTls}`);
      if (relay !== null) {
        const targets = relay.targets.map(({ target }) => target);
        console.log(`forwarding to ${targets.join(", ")} ${addressWords(relay.whyOwnAddress)}`);
      }
      console.log(
        ports.accounting === null
          ? "no RADIUS accounting: no client is listed under accounting.clients"
          : `RADIUS accounting on UDP ${ports.accounting}`,
      );
      if (sharing.syslog !== null) {
        const { udpPort, tcpPort, tlsPort } = sharing.syslog;
        const on = [
          udpPort === null ? [] : `UDP ${udpPort}`,
          tcpPort === null ? [] : `TCP ${tcpPort}`,
          tlsPort === null ? [] : `TLS ${tlsPort}`,
        ].flat();
        console.log(`syslog of NATs on ${on.join(", ")}`);
      }
      console.log(`status on http://127.0.0.1:${ports.status}/status (Ctrl-C stops)`);
      const failure = await Promise.race([stopped.then(() => null), collector.failed]);
      const left = await collector.stop();
      const counters = collector.counters();
      console.log(
        `stopped: ${counters.datagrams} datagrams, ${counters.rowsDurable} records kept, ${counters.rowsLost} lost`,
      );
      if (left > 0)
        console.log(`${left} blocks stay in the spool: durable, and taken into the tables at the next start`);
      failIfLost(collector);
      if (failure !== null) process.exitCode = 70;
    });
}

/** What the command line says wins over the configuration. */
function takeOptions(options: Options, { listen, status }: Config): void {
  if (options.listen !== undefined) listen.host = options.listen;
  if (options.port.length > 0) listen.ports = options.port;
  if (options.receiver !== undefined) listen.receiver = options.receiver;
  if (options.workers !== undefined) listen.workers = options.workers;
  if (options.statusPort !== undefined) status.port = options.statusPort;
}

function parseWorkers(text: string): number {
  const count = parseCount(text);
  if (count > maxWorkers) throw new InvalidArgumentError(`${maxWorkers} at the most.`);
  return count;
}
