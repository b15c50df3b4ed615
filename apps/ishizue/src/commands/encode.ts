import { Rate } from "@ishizue/receive";
import { EncodeError, encodeMessage, Exporter } from "@ishizue/wire";
import { Command, Option } from "commander";
import { createSocket, type Socket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { CaptureWriter } from "../capture/write.ts";
import { CommandFault } from "../fault/fault.ts";
import { parseCount, parseEndpoint, parsePort } from "./option.ts";

/** The longest payload of a UDP datagram over IPv4. */
const maxPayloadOctets = 65_507;
/** Lines that could not be written are told one by one up to here, and counted. */
const mostToldLines = 20;

/** So few that the buffer of a collector's socket holds what it has not read yet. */
const defaultRate = 2000;

/** `rate`: messages a second, or as fast as the system takes them. */
type Options = {
  out?: string;
  to?: { host: string; port: number };
  port: number;
  rate: number | "full";
};

/** Takes the messages that were encoded. */
type Sink = {
  send(source: string, timeMs: number, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
};

export function encodeCommand(): Command {
  return new Command("encode")
    .description("write messages from the JSON lines of `ishizue decode`, to a capture or a collector")
    .argument("[files...]", "files of JSON lines; standard input when none is named")
    .option("--out <file>", "write a pcap file, each message from the address in its line's `source`")
    .addOption(
      new Option("--to <host:port>", "send the messages as UDP datagrams")
        .argParser(parseEndpoint)
        .conflicts("out"),
    )
    .addOption(
      new Option("--port <port>", "destination port in the pcap file").argParser(parsePort).default(2055),
    )
    .addOption(
      new Option("--rate <count>", "messages a second with --to, or full: no waiting")
        .argParser(parseRate)
        .default(defaultRate),
    )
    .action(async (files: string[], options: Options) => {
      const sink = await openSink(options);
      const summary = { lines: 0, messages: 0, octets: 0, sets: 0, records: 0, skippedSets: 0, badLines: 0 };
      const exporters = new Map<string, Exporter>();
      let timeMs = 0;
      const bad = (where: string, reason: string): void => {
        summary.badLines++;
        if (summary.badLines <= mostToldLines) console.error(`ishizue: ${where}: ${reason}`);
      };
      for await (const { text, where } of linesOf(files)) {
        summary.lines++;
        const line = readLine(text);
        if (typeof line === "string") {
          bad(where, line);
          continue;
        }
        if (line === null) continue;
        let exporter = exporters.get(line.source);
        if (exporter === undefined) {
          exporter = new Exporter(line.source, exporters.size);
          exporters.set(line.source, exporter);
        }
        try {
          const message = encodeMessage(line.message, exporter);
          if (message.bytes.length > maxPayloadOctets) throw new EncodeError("longer than a UDP datagram");
          timeMs = line.timeMs ?? timeMs;
          await sink.send(line.source, timeMs, message.bytes);
          summary.messages++;
          summary.octets += message.bytes.length;
          summary.sets += message.sets;
          summary.records += message.records;
          summary.skippedSets += message.skippedSets;
        } catch (error) {
          if (!(error instanceof EncodeError)) throw error;
          bad(where, error.message);
        }
      }
      await sink.close();
      if (summary.skippedSets > 0) {
        console.error(
          `ishizue: ${summary.skippedSets} sets were undecoded or malformed when they were read: their octets are not in the lines, and they were left out`,
        );
      }
      console.log(JSON.stringify({ summary }));
      if (summary.badLines > 0) process.exitCode = 1;
    });
}

async function* linesOf(files: readonly string[]): AsyncGenerator<{ text: string; where: string }> {
  for (const file of files.length === 0 ? [null] : files) {
    let number = 0;
    const input = file === null ? process.stdin : createReadStream(file);
    if (file !== null) await once(input, "open");
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      number++;
      if (text.trim() !== "") yield { text, where: `${file ?? "standard input"}, line ${number}` };
    }
  }
}

type Line = { source: string; timeMs: number | undefined; message: unknown };

/** The message of a line; null for the summary line, the reason where it is none. */
function readLine(text: string): Line | string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "not JSON";
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "not an object";
  const { source, exportTimeMs, summary } = value as Record<string, unknown>;
  if (summary !== undefined) return null;
  if (typeof source !== "string") return "no `source`, the address that the message came from";
  return {
    source,
    timeMs: typeof exportTimeMs === "number" && Number.isFinite(exportTimeMs) ? exportTimeMs : undefined,
    message: value,
  };
}

function parseRate(text: string): Options["rate"] {
  return text === "full" ? text : parseCount(text);
}

async function openSink({ out, to, port, rate }: Options): Promise<Sink> {
  if (to !== undefined) return openSocket(to.host, to.port, rate);
  if (out === undefined) {
    throw new CommandFault(
      "NO_DESTINATION",
      "the messages have nowhere to go",
      "name a pcap file with --out, or a collector with --to HOST:PORT",
    );
  }
  const writer = new CaptureWriter(out);
  return {
    async send(source, timeMs, bytes) {
      const written = await writer.write(source, sourcePort, port, timeMs, bytes);
      if (!written) throw new EncodeError(`source: ${JSON.stringify(source)} is no address`);
    },
    close: () => writer.close(),
  };
}

/** First of the ports that RFC 6335 leaves to whoever sends. */
const sourcePort = 49_152;

async function openSocket(host: string, port: number, rate: Options["rate"]): Promise<Sink> {
  const { address, family } = await lookup(host);
  const socket: Socket = createSocket(family === 6 ? "udp6" : "udp4");
  const limit = rate === "full" ? null : new Rate({ perSecond: rate });
  // Not connected: a collector that does not listen is no fault of the sender's, as with any exporter.
  return {
    send: async (_source, _timeMs, bytes) => {
      await limit?.wait();
      await new Promise<void>((resolve, reject) => {
        socket.send(bytes, port, address, (error) => (error === null ? resolve() : reject(error)));
      });
    },
    close: async () => {
      socket.close();
      await once(socket, "close");
    },
  };
}
