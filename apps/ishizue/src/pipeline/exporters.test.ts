import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfig } from "../config/load.ts";
import { ExporterTable } from "./exporters.ts";

test("the innermost packet of a tunnel counts where the configuration says so, of one exporter or of those not listed", () => {
  const inner = (config: object): (boolean | undefined)[] => {
    const table = new ExporterTable(parseConfig(config, "test"));
    return ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map(
      (address) => table.resolveAddress(address)?.wire.innerPackets,
    );
  };
  const listed = [{ address: "192.0.2.1", innerPackets: true }, { address: "192.0.2.2" }];
  assert.deepEqual(inner({}), [false, false, false]);
  assert.deepEqual(inner({ exporters: listed }), [true, false, false]);
  const unlisted = { innerPackets: true };
  assert.deepEqual(inner({ exporters: listed, unlistedExporters: unlisted }), [true, true, true]);
  const none = [{ address: "192.0.2.1", innerPackets: false }];
  assert.deepEqual(inner({ exporters: none, unlistedExporters: unlisted }), [false, true, true]);
});
