// Imports files into a store, until it is killed or done: kind, file, kind, file, …
import { Collector } from "../collector/collector.ts";
import { parseConfig } from "../config/load.ts";
import { FileImport } from "./file-import.ts";
import { gatewayFormats } from "@ishizue/ledger";
import { isImportKind } from "./kind.ts";
import { Numbers } from "./numbers.ts";
import { ProgressFile } from "./progress-file.ts";

const [dataDir, ...files] = process.argv.slice(2);
// Numbers in clear: hashes of two stores are of two keys.
const config = parseConfig({ report: { timeZone: "UTC" }, gateway: { numbers: "clear" } }, "test");
const collector = await Collector.open(dataDir, config);
await collector.catchUp();
const gateway = { formats: gatewayFormats, numbers: await Numbers.open(collector) };
const settings = { timeZone: "UTC", checkpointOctets: 50_000, gateway };
const progress = await ProgressFile.open(dataDir);
for (let at = 0; at < files.length; at += 2) {
  const kind = files[at];
  if (!isImportKind(kind)) throw new Error(`no kind ${kind}`);
  const importer = new FileImport(collector, kind, settings, progress);
  const { taken, before } = await importer.read(files[at + 1]);
  process.send?.({ kind, taken, after: before?.lines ?? 0 });
}
await collector.drain();
await collector.stop();
process.send?.({ done: true });
process.disconnect?.();
