import { FlowRows } from "../flows/rows.ts";

/** `count` records of 100 octets, sampled one in two, that `lines` lines sent by turns around noon. */
export function rowsOf(count: number, lines: number): FlowRows {
  const rows = new FlowRows(count);
  rows.rowCount = count;
  rows.role.fill(1);
  rows.counted.fill(1);
  rows.samplingInterval.fill(2);
  rows.packets.fill(1);
  rows.octets.fill(100);
  rows.lineOut.fill(-1);
  for (let row = 0; row < count; row++) {
    rows.lineIn[row] = row % lines;
    rows.flowStart[row] = rows.flowEnd[row] = rows.received[row] = Date.UTC(2026, 5, 1, 12, row % 60);
  }
  return rows;
}
