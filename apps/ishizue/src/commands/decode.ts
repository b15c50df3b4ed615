import { CaptureReader } from "@ishizue/receive";
import { Exporter, readMessage } from "@ishizue/wire";
import { Command } from "commander";
import { once } from "node:events";

export function decodeCommand(): Command {
  return new Command("decode")
    .description("print the messages of a capture, one JSON line each, and a summary line")
    .argument(
      "<files...>",
      "pcap or pcapng files, or bare messages one after the other (IPFIX files), in order",
    )
    .action(async (files: string[]) => {
      const exporters = new Map<string, Exporter>();
      const summary = {
        files: files.length,
        datagrams: 0,
        messages: 0,
        undecodable: 0,
        sets: 0,
        records: 0,
        undecodedSets: 0,
        malformedSets: 0,
        malformedStructures: 0,
        fragments: 0,
        nonUdp: 0,
        truncatedFrames: 0,
        truncatedFiles: 0,
      };
      for (const file of files) {
        const capture = new CaptureReader(file, { bareMessages: true });
        for await (const { bytes, offset, length, source } of capture.datagrams()) {
          summary.datagrams++;
          let exporter = exporters.get(source);
          if (exporter === undefined) {
            exporter = new Exporter(source, exporters.size);
            exporters.set(source, exporter);
          }
          const message = readMessage(bytes, offset, length, exporter);
          if (message.status === "unknownVersion" || message.status === "tooShort") summary.undecodable++;
          else summary.messages++;
          for (const set of message.sets) {
            summary.sets++;
            summary.records += set.records.length;
            if (set.kind === "undecoded") summary.undecodedSets++;
            if (set.kind === "malformed") summary.malformedSets++;
            if ("malformedStructures" in set) summary.malformedStructures += set.malformedStructures ?? 0;
          }
          if (!process.stdout.write(`${JSON.stringify({ source, ...message })}\n`))
            await once(process.stdout, "drain");
        }
        summary.fragments += capture.counters.fragments;
        summary.nonUdp += capture.counters.nonUdp;
        summary.truncatedFrames += capture.counters.truncatedFrames;
        summary.truncatedFiles += capture.counters.truncatedFile > 0 ? 1 : 0;
      }
      console.log(JSON.stringify({ summary }));
    });
}
