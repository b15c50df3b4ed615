import { z } from "zod";

/** What becomes of the phone numbers of gateway records. */
export const gatewaySchema = z
  .strictObject({
    /** hash: a line is called by a keyed hash of its number; clear: by the number, in the profile full alone. */
    numbers: z.enum(["hash", "clear"]).default("hash"),
    /** Of hash, where the profile has no key of its own; in the data folder where the path is relative. */
    keyFile: z.string().min(1).default("numbers.key"),
  })
  .prefault({});
