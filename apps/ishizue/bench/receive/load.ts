// Load generator, a process of its own: tells "ready", then sends what each message of the parent asks for.
import { DatagramSender } from "@ishizue/receive";
import { makeLoad } from "./messages.ts";

export type LoadSetUp = {
  port: number;
  exporters: number;
  templates: number;
  messages: number;
  customers: number;
  /** Datagrams that leave in one call's packet, which the kernel cuts apart; 0: each by itself. */
  segments: number;
};
export type LoadRequest = { datagrams: number; perSecond: number };
export type LoadResult = { datagrams: number; errors: number; seconds: number; cpuSeconds: number };

const setUp = JSON.parse(process.argv[2]) as LoadSetUp;
const host = "127.0.0.1";
const sources = Array.from(
  { length: setUp.exporters },
  (_, index) => `127.1.${index >>> 8}.${1 + (index & 255)}`,
);
const { templates, payloads } = makeLoad(setUp);
const sequence = new Uint32Array(setUp.exporters);
/** NetFlow v9's sequence number counts the messages of each exporter. */
const prepare = (view: DataView, offset: number, _length: number, source: number): void => {
  view.setUint32(offset + 12, sequence[source]++);
};
const { segments } = setUp;
const sender = new DatagramSender({ host, port: setUp.port, payloads, sources, prepare, segments });

/** Every exporter's templates, slowly; datagrams sent. */
function sendTemplates(): number {
  let sent = 0;
  for (const payload of templates) {
    const one = new DatagramSender({
      host,
      port: setUp.port,
      payloads: [payload],
      sources,
      prepare,
      batch: 1,
    });
    sent += one.send(setUp.exporters, 20_000).datagrams;
    one.close();
  }
  return sent;
}

/** To the parent; this is a child of fork. */
function tell(message: unknown): void {
  process.send?.(message);
}

process.on("message", (request: LoadRequest | "templates" | "end") => {
  if (request === "end") {
    sender.close();
    process.disconnect?.();
    return;
  }
  if (request === "templates") {
    tell({ datagrams: sendTemplates() });
    return;
  }
  const before = process.cpuUsage();
  const { datagrams, errors, seconds } = sender.send(request.datagrams, request.perSecond);
  const cpu = process.cpuUsage(before);
  const result: LoadResult = { datagrams, errors, seconds, cpuSeconds: (cpu.user + cpu.system) / 1e6 };
  tell(result);
});
tell("ready");
