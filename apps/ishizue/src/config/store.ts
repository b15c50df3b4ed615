import { defaultKeeperPath } from "@ishizue/store";
import { z } from "zod";

const name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, "a name of letters, digits and _ is needed");

/** `store`: a ClickHouse server or cluster instead of the embedded engine; docs/store-operation.md. */
export const storeSchema = z
  .strictObject({
    /** Of the HTTP interface; without it the store is that of the data folder. */
    url: z
      .url({ protocol: /^https?$/, error: "write it as http://host:8123 or https://host:8443" })
      .optional(),
    database: name.default("ishizue"),
    user: z.string().min(1).default("default"),
    /** Holds the password alone; or it is in the environment as ISHIZUE_STORE_PASSWORD. */
    passwordFile: z.string().min(1).optional(),
    /** As `system.clusters` of the server has it: tables are then replicated, and distributed over its shards. */
    cluster: name.optional(),
    /** Where replicated tables have their state in ClickHouse Keeper; macros of the server are filled in there. off: no replicas. */
    keeperPath: z
      .string()
      .regex(/^(off|\/[\w./{}-]*\{table\}[\w./{}-]*)$/, "a path that holds {table} is needed, or off")
      .default(defaultKeeperPath),
    /** false: DDL goes to the server of `url` alone, as with a database of the engine Replicated. */
    onCluster: z.boolean().default(true),
  })
  .refine(({ url, cluster }) => url !== undefined || cluster === undefined, {
    path: ["cluster"],
    error: "a cluster is of a server: name its address as store.url",
  })
  .prefault({});

export type StoreConfig = z.infer<typeof storeSchema>;
