import { type DecoderLimits, defaultDecoderLimits } from "@ishizue/wire";
import { z } from "zod";
import type { Config } from "./schema.ts";

const limitNames = Object.keys(defaultDecoderLimits) as (keyof DecoderLimits)[];
/** Limits over all exporters of a decoder: each worker has its share. */
const inAll = limitNames.filter((name) => name.endsWith("InAll"));

/** `limits.decoder`: every bound of wire's decoder under its own name. */
export const decoderLimitsSchema = z
  .strictObject(
    Object.fromEntries(
      limitNames.map((name) => [name, z.int().min(0).default(defaultDecoderLimits[name])]),
    ) as Record<keyof DecoderLimits, z.ZodDefault<z.ZodInt>>,
  )
  .prefault({});

/** The limits of one of `workers` decoders. */
export function decoderLimits({ limits }: Config, workers: number): DecoderLimits {
  const mine = { ...limits.decoder };
  for (const name of inAll) mine[name] = Math.ceil(mine[name] / workers);
  return mine;
}
