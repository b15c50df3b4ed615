import { privacyProfiles } from "@ishizue/store";
import { z } from "zod";

/** `privacy`: what is kept of people; docs/privacy.md. */
export const privacySchema = z
  .strictObject({
    profile: z.enum(privacyProfiles).default("full"),
    /** Of the pseudonymous profile; made when the store is empty. In the data folder where the path is relative. */
    keyFile: z.string().min(1).default("privacy.key"),
  })
  .prefault({});
