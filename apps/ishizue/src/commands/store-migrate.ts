import { type MoveReport, moveStore, openStore } from "@ishizue/store";
import { Command } from "commander";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { takeLeftovers } from "../collector/leftovers.ts";
import { storeSchema, type StoreConfig } from "../config/store.ts";
import { CommandFault } from "../fault/fault.ts";
import { Stages } from "../progress/stages.ts";
import { serverOf } from "../store/open.ts";
import { globals } from "./globals.ts";

interface Options {
  readonly to?: string;
  readonly database?: string;
  readonly user?: string;
  readonly passwordFile?: string;
  readonly cluster?: string;
  readonly json?: boolean;
}

export function migrateCommand(): Command {
  return new Command("migrate")
    .exitOverride()
    .description("move the embedded store of the data folder to a ClickHouse server or cluster")
    .option("--to <url>", "its HTTP interface, as http://host:8123 (default: store.url)")
    .option("--database <name>", "database there (default: store.database)")
    .option("--user <name>", "user there (default: store.user)")
    .option(
      "--password-file <file>",
      "file with the password (default: store.passwordFile, or ISHIZUE_STORE_PASSWORD)",
    )
    .option("--cluster <name>", "cluster of that server that keeps the tables (default: store.cluster)")
    .option("--json", "print the report as JSON")
    .addHelpText(
      "after",
      `
Table by table and partition by partition, with rows and checksums of both sides compared. It may be cut off
and run again: what is there is passed over. Nothing may write to the store meanwhile; the store stays as it
is. Afterwards set store.url in ishizue.yaml to what it was moved to (docs/store-operation.md).`,
    )
    .action(async (options: Options, command: Command) => {
      const { dataDir, config } = globals(command);
      const server = targetOf(options, config.store);
      if (!existsSync(join(dataDir, "engine"))) {
        throw new CommandFault(
          "NO_STORE",
          `there is no embedded store in ${dataDir}`,
          "name its folder with --data",
        );
      }
      const source = await openStore({ dataDir });
      const stages = new Stages(1);
      try {
        const left = await takeLeftovers(source);
        if (left > 0) {
          throw new CommandFault(
            "SPOOL_NOT_EMPTY",
            `${left} blocks of the spool are not in the tables yet`,
            "see why the store does not take them, then run it again",
          );
        }
        const target = await openStore(serverOf(server, server.url));
        try {
          const to = [server.url, server.database, ...(server.cluster === undefined ? [] : [server.cluster])];
          stages.start(`Moving to ${server.url}`);
          const report = await moveStore(source, target, {
            dataDir,
            to: to.join(" "),
            flowsDays: config.retention.flowsDays,
            onProgress: ({ table, rows, totalRows }) => stages.update(rows / Math.max(1, totalRows), table),
          });
          stages.done();
          if (options.json) console.log(JSON.stringify(report, null, 2));
          else print(report, server);
        } finally {
          await target.close();
        }
      } catch (error) {
        stages.abandon();
        throw error;
      } finally {
        await source.close();
      }
    });
}

/** The configuration's server, with what the command line says instead. */
function targetOf(options: Options, configured: StoreConfig): StoreConfig & { url: string } {
  const { to: url, database, user, passwordFile, cluster } = options;
  const given = Object.fromEntries(
    Object.entries({ url, database, user, passwordFile, cluster }).filter(([, value]) => value !== undefined),
  );
  const parsed = storeSchema.safeParse({ ...configured, ...given });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CommandFault(
      "BAD_OPTION",
      `${issue.path.join(".")}: ${issue.message}`,
      "see `ishizue store migrate --help`",
    );
  }
  if (parsed.data.url === undefined) {
    throw new CommandFault(
      "NO_TARGET",
      "no server is named",
      "name it with --to http://host:8123, or as store.url",
    );
  }
  return { ...parsed.data, url: parsed.data.url };
}

function print({ tables }: MoveReport, server: StoreConfig): void {
  const width = Math.max(...tables.map(({ table }) => table.length));
  for (const { table, rows, partitions, there, checksum } of tables) {
    const before = there === 0 ? "" : `, ${there} there before`;
    console.log(
      `  ${table.padEnd(width)}  ${rows} rows in ${partitions} ${partitions === 1 ? "partition" : "partitions"}${before}, checksum ${checksum}`,
    );
  }
  console.log("rows and checksums of every table are the same there; the embedded store is as it was");
  const cluster = server.cluster === undefined ? "" : `, cluster: ${server.cluster}`;
  console.log(
    `now in ishizue.yaml: store: { url: ${server.url}, database: ${server.database}, user: ${server.user}${cluster} }`,
  );
}
