import { z } from "zod";

/** A port for TLS, and who is let in there. The files are PEM; replaced ones are taken over within a minute. */
export function tlsSchema(port: number) {
  return z.strictObject({
    port: z.int().min(0).max(65_535).default(port),
    certificate: z.string().min(1),
    key: z.string().min(1),
    /** Who signs the senders' certificates. */
    authority: z.string().min(1).optional(),
    /** Default: required where an authority is named. */
    clients: z.enum(["required", "none"]).optional(),
    /** DNS names or addresses of certificates that are let in; none named: all of the authority's. */
    names: z.array(z.string().min(1)).default([]),
  });
}

export type TlsConfig = z.infer<ReturnType<typeof tlsSchema>>;
