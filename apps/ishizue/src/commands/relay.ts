import { readEmpty } from "../worker/read-empty.ts";
import {
  openReceiver,
  planReceiver,
  type Receiver,
  ReceiveError,
  type ReceiverStats,
  Relay,
} from "@ishizue/receive";
import { Command, InvalidArgumentError } from "commander";
import { relayStatus, serveRelayStatus } from "../relay/status.ts";
import { addressWords, relayLines } from "../relay/words.ts";
import type { HttpServer } from "../status/http.ts";
import { collect, parseCount, parseEndpoint, parsePort } from "./option.ts";
import { untilStopped } from "./signal.ts";

type Endpoint = { host: string; port: number };

interface Options {
  listen: Endpoint[];
  to: Endpoint[];
  from: string[];
  ownAddress?: boolean;
  ttl: number;
  mtu?: number;
  status?: Endpoint;
}

/** How often the counters are printed. */
const PRINT_INTERVAL_MS = 60_000;
const RECEIVE_BUFFER_BYTES = 33_554_432;

export function relayCommand(): Command {
  return new Command("relay")
    .description("forward flow datagrams to other collectors until Ctrl-C")
    .requiredOption(
      "--listen <port>",
      "UDP port, or address:port, that exporters send to (may be repeated)",
      parseListen,
    )
    .requiredOption("--to <host:port>", "collector to forward to (may be repeated)", appendEndpoint)
    .option(
      "--from <prefix>",
      "forward only exporters of this address or prefix (may be repeated)",
      collect,
      [],
    )
    .option("--own-address", "send from this machine's address, whatever the rights")
    .option("--ttl <hops>", "TTL and hop limit of what is sent", parseTtl, 64)
    .option("--mtu <octets>", "longest packet sent with a kept address (default: the link's)", parseMtu)
    .option(
      "--status <port>",
      "answer GET /status and GET /metrics (Prometheus) on this TCP port of 127.0.0.1, or on address:port",
      parseEndpoint,
    )
    .addHelpText(
      "after",
      "\nCollectors see the exporter's address and port as if nothing were between, where this may be\n" +
        "done: on Linux as root or with CAP_NET_RAW, exporter and collector both IPv4 or both IPv6.\n" +
        "Networks that check source addresses (uRPF, clouds) drop such packets: use --own-address there.",
    )
    .action(async (options: Options) => {
      await relayUntilStopped(options);
    });
}

async function relayUntilStopped(options: Options): Promise<void> {
  const stopped = untilStopped();
  const hosts = Map.groupBy(options.listen, ({ host }) => host);
  const listening = [...hosts].map(([host, list]) => ({ host, ports: list.map(({ port }) => port) }));
  const relay = await Relay.open({
    targets: options.to,
    listened: listening,
    from: options.from,
    sourceAddress: options.ownAddress === true ? "own" : "auto",
    hopLimit: options.ttl,
    ...(options.mtu === undefined ? {} : { mtu: options.mtu }),
  });
  const receivers: Receiver[] = [];
  const startedMs = performance.now();
  let server: HttpServer | null = null;
  const print = (): void => {
    const drops = receivers.map((receiver) => receiver.stats().kernelDrops ?? 0);
    const lines = relayLines(
      relay.stats(),
      drops.reduce((sum, count) => sum + count, 0),
    );
    for (const line of lines) console.log(line);
  };
  try {
    for (const { host, ports } of listening) {
      receivers.push(await openSockets(host, ports, relay));
    }
    const ports = receivers.flatMap((receiver) => receiver.ports);
    if (options.status !== undefined) {
      const receiving = (): ReceiverStats[] => receivers.map((receiver) => receiver.stats());
      server = await serveRelayStatus(options.status, () =>
        relayStatus(startedMs, ports, receiving(), relay.stats()),
      );
    }
    const targets = relay.stats().targets.map(({ target }) => target);
    console.log(`relaying UDP ${ports.join(", ")} to ${targets.join(", ")} (Ctrl-C stops)`);
    console.log(addressWords(relay.whyOwnAddress));
    if (server !== null) {
      const { host } = options.status ?? { host: "" };
      console.log(`status and metrics on http://${host.includes(":") ? `[${host}]` : host}:${server.port}`);
    }
    const timer = setInterval(print, PRINT_INTERVAL_MS);
    await stopped;
    clearInterval(timer);
    await Promise.all(receivers.map(readEmpty));
  } finally {
    const last = receivers.length > 0;
    if (last) print();
    await server?.close();
    await Promise.all(receivers.map((receiver) => receiver.close()));
    await relay.close();
  }
}

/**
 * UDP sockets by the fastest way that there is; not the ring, which cannot put
 * together what came in fragments.
 */
async function openSockets(host: string, ports: number[], relay: Relay): Promise<Receiver> {
  const options = { host, ports, receiveBufferBytes: RECEIVE_BUFFER_BYTES };
  const plan = await planReceiver({ ...options, kind: "recvmmsg" }).catch((error: unknown) => {
    if (error instanceof ReceiveError && error.code === "NO_RECEIVER") {
      return planReceiver({ ...options, kind: "dgram" });
    }
    throw error;
  });
  return openReceiver(plan, 0, relay.take);
}

/** "port" on every address, "host:port" or "[2001:db8::1]:port". */
function parseListen(text: string, previous: Endpoint[] = []): Endpoint[] {
  if (/^\d+$/.test(text)) return [...previous, { host: "::", port: parsePort(text) }];
  return [...previous, parseEndpoint(text)];
}

function appendEndpoint(text: string, previous: Endpoint[] = []): Endpoint[] {
  return [...previous, parseEndpoint(text)];
}

function parseTtl(text: string): number {
  const hops = parseCount(text);
  if (hops > 255) throw new InvalidArgumentError("a TTL is a number from 1 to 255.");
  return hops;
}

function parseMtu(text: string): number {
  const octets = parseCount(text);
  if (octets < 576 || octets > 65_535)
    throw new InvalidArgumentError("an MTU is a number from 576 to 65535.");
  return octets;
}
