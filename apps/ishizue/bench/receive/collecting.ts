import type { Ledger } from "@ishizue/ledger";
import type { ReceiverKind } from "@ishizue/receive";
import { SpoolWriter, type Store } from "@ishizue/store";
import { Intake } from "../../src/collector/intake.ts";
import { configSchema } from "../../src/config/schema.ts";
import { makeCounts } from "../../src/pipeline/counters.ts";
import { BlockKeeper } from "../../src/pipeline/sink.ts";
import type { Running } from "./subject.ts";

/**
 * The collector's own threads and its spool: every block is written and
 * fsynced. In place of the engine stands one that takes each block at once, so
 * that a file is removed as soon as it is durable.
 */
export async function collecting(kind: ReceiverKind, ledger: Ledger, dir: string): Promise<Running> {
  const config = configSchema.parse({
    listen: { host: "127.0.0.1", ports: [0], receiver: kind, receiveBufferBytes: 33_554_432 },
    exporters: [],
    unlistedExporters: { defaultSamplingInterval: 1000 },
  });
  const takesAll = { spoolDir: dir, insertSpoolFile: async () => {}, insertBlock: async () => {} };
  const spool = await SpoolWriter.open({ store: takesAll as unknown as Store, dir });
  const fail = (fault: Error | string): never => {
    throw typeof fault === "string" ? new Error(fault) : fault;
  };
  const intake = await Intake.open({
    config,
    ledger,
    keeper: new BlockKeeper(spool, makeCounts()),
    onProblem: fail,
    onGivenUp: fail,
  });
  return {
    ports: intake.ports,
    done: async () => {
      const counters = intake.counters();
      const [report] = await intake.report();
      return {
        records: counters.records - counters.rowsLost,
        credited: counters.attributed,
        refused: counters.malformedMessages + counters.undecodedSets,
        kernelDrops: report?.receiver?.kernelDrops ?? 0,
      };
    },
    end: async () => {
      await intake.stop();
      await spool.close();
    },
  };
}
