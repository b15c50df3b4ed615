import { existsSync, readFileSync } from "node:fs";
import { type GatewayFormat, gatewayFormats } from "@ishizue/ledger";
import { parse } from "yaml";
import { z } from "zod";
import { CommandFault } from "../fault/fault.ts";

const names = z
  .union([
    z
      .string()
      .min(1)
      .transform((name) => [name]),
    z.array(z.string().min(1)),
  ])
  .default([]);

/** A file that says what the columns of gateway records are called. */
const formatSchema = z.strictObject({
  columns: z.strictObject({
    number: names,
    start: names,
    end: names,
    duration: names,
    firstUsage: names,
    lastUsage: names,
    uplink: names,
    downlink: names,
    addresses: names,
    record: names,
  }),
  header: z.array(z.string().min(1)).min(1).optional(),
  separator: z.string().length(1).optional(),
  octetsPerUnit: z
    .number()
    .positive()
    .max(2 ** 40)
    .default(1),
  ipv6PrefixLength: z.int().min(1).max(128).default(64),
});

/**
 * The formats that a file of gateway records may have: one of those of the specifications by its name, one that a YAML
 * file tells, or any of the specifications' where nothing is said.
 *
 * Errors: CommandFault BAD_GATEWAY_FORMAT.
 */
export function readGatewayFormats(option: string | undefined): readonly GatewayFormat[] {
  if (option === undefined) return gatewayFormats;
  const known = gatewayFormats.find(({ name }) => name === option);
  if (known !== undefined) return [known];
  const advice = `one of ${gatewayFormats.map(({ name }) => name).join(", ")}, or a file as docs/formats/gateway-records.md shows it`;
  if (!existsSync(option)) {
    throw new CommandFault("BAD_GATEWAY_FORMAT", `there is no format and no file "${option}"`, advice);
  }
  let input: unknown;
  try {
    input = parse(readFileSync(option, "utf8"));
  } catch {
    throw new CommandFault("BAD_GATEWAY_FORMAT", `${option} is not YAML`, advice);
  }
  const read = formatSchema.safeParse(input);
  if (!read.success) {
    const [issue] = read.error.issues;
    const where = issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
    throw new CommandFault("BAD_GATEWAY_FORMAT", `${option}${where}: ${issue.message}`, advice);
  }
  return [{ name: "own", ...read.data }];
}
