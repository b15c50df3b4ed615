/**
 * The process that the exactly-once test kills: writes numbered blocks of flows
 * as fast as it can and says of each in a log when it began and when it was durable.
 * argv: data directory, log file, round.
 */
import { appendFileSync } from "node:fs";
import { FlowRows, encodeFlows } from "../flows/rows.ts";
import { openStore } from "../open/open.ts";
import { migrate } from "../schema/migrate.ts";
import { SpoolWriter } from "./writer.ts";

const [dataDir, log, roundText] = process.argv.slice(2);
const round = Number(roundText);
export const rowsPerBlock = 2000;

const store = await openStore({ dataDir });
await migrate(store);
const spool = await SpoolWriter.open({ store, limits: { shortBytes: 20e6 } });
const names = (index: number) => Buffer.from(`line-${index}`);
for (let number = 0; ; number++) {
  const block = 1_000_000 * round + number;
  const rows = new FlowRows(rowsPerBlock);
  rows.rowCount = rowsPerBlock;
  rows.role.fill(1);
  rows.counted.fill(1);
  rows.samplingInterval.fill(2);
  rows.packets.fill(1);
  rows.octets.fill(100);
  rows.lineOut.fill(-1);
  rows.ingressInterface.fill(block);
  for (let row = 0; row < rowsPerBlock; row++) {
    rows.lineIn[row] = row % 500;
    rows.flowEnd[row] = rows.received[row] = Date.UTC(2026, 5, 1, row % 24);
    // Every tenth is spread over three hours.
    rows.flowStart[row] = rows.flowEnd[row] - (row % 10 === 0 ? 3 * 3_600_000 : 0);
  }
  appendFileSync(log, `begin ${round}-${block}\n`);
  // Every other block is of the records that are not kept.
  await spool.write(block % 2 === 0 ? "flows" : "transient_flows", encodeFlows(rows, names));
  appendFileSync(log, `durable ${round}-${block}\n`);
  await spool.room();
}
