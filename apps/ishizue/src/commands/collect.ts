import { Command } from "commander";
import { Collector } from "../collector/collector.ts";
import { globals } from "./globals.ts";
import { parsePort } from "./option.ts";
import { failIfLost } from "./replay.ts";
import { untilStopped } from "./signal.ts";

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
    .option("--status-port <port>", "TCP port of GET /status on loopback (default: status.port)", parsePort)
    .addHelpText(
      "after",
      "\nAccounting is served to the clients listed under accounting.clients in ishizue.yaml.\nRecords, leases and counters that arrived are durable before the command ends.",
    )
    .action(async (options: { listen?: string; port: number[]; statusPort?: number }, command: Command) => {
      const { dataDir, config } = globals(command);
      if (options.listen !== undefined) config.listen.host = options.listen;
      if (options.port.length > 0) config.listen.ports = options.port;
      if (options.statusPort !== undefined) config.status.port = options.statusPort;
      const stopped = untilStopped();
      const collector = await Collector.open(dataDir, config);
      await collector.listen();
      const { ports } = await collector.status();
      console.log(`collecting on UDP ${ports.flow.join(", ")} into ${dataDir}`);
      console.log(
        ports.accounting === null
          ? "no RADIUS accounting: no client is listed under accounting.clients"
          : `RADIUS accounting on UDP ${ports.accounting}`,
      );
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
