import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { createSecureContext, type SecureContextOptions, type TLSSocket } from "node:tls";
import { StreamError, systemCode } from "./error.ts";

/** Where the collector's certificate is, and what exporters have to show. */
export type StreamTlsOptions = {
  /** PEM file: the collector's certificate, and the chain above it. */
  certificate: string;
  /** PEM file: its private key. */
  key: string;
  /** PEM file: the authorities that exporters' certificates are signed by. */
  authority?: string;
  /**
   * `required` (the default with an authority): an exporter without a
   * certificate of the authority is refused (RFC 7011, 11.3). `none` (the
   * default without one): exporters are not asked.
   */
  clients?: "required" | "none";
  /** DNS names or addresses, one of which an exporter's certificate has to be made out to; empty: any of the authority's. */
  names?: readonly string[];
};

/** The files of one TLS listener as they were read last. */
export class CertificateFiles {
  readonly #options: StreamTlsOptions;
  #stamp = "";
  /** When the collector's certificate ends: milliseconds since the Unix epoch. */
  expiresMs = 0;

  constructor(options: StreamTlsOptions) {
    this.#options = options;
  }

  get clientsRequired(): boolean {
    return (
      (this.#options.clients ?? (this.#options.authority === undefined ? "none" : "required")) !== "none"
    );
  }

  /** Whether a file was replaced or removed since `read`. */
  get changed(): boolean {
    return this.#stampNow() !== this.#stamp;
  }

  /**
   * Reads and checks the files.
   *
   * Errors: StreamError CERTIFICATE_UNREADABLE, BAD_CERTIFICATE.
   */
  read(): SecureContextOptions {
    const { certificate, key, authority } = this.#options;
    const stamp = this.#stampNow();
    if (this.clientsRequired && authority === undefined) {
      throw new StreamError(
        "BAD_CERTIFICATE",
        "exporters' certificates cannot be checked without an authority",
        certificate,
        "name the authority's certificate, or do not require certificates of exporters",
      );
    }
    const context: SecureContextOptions = {
      cert: readPem(certificate),
      key: readPem(key),
      minVersion: "TLSv1.2",
      ...(authority === undefined ? {} : { ca: readPem(authority) }),
    };
    try {
      createSecureContext(context);
      this.expiresMs = new X509Certificate(context.cert as string).validToDate.getTime();
    } catch (error) {
      throw new StreamError(
        "BAD_CERTIFICATE",
        `${certificate} and ${key} cannot be used for TLS (${oneLine(error)})`,
        certificate,
        "they have to be PEM files, the key the certificate's own and without a passphrase",
      );
    }
    this.#stamp = stamp;
    return context;
  }

  #stampNow(): string {
    const { certificate, key, authority } = this.#options;
    return [certificate, key, authority ?? ""]
      .map((file) => {
        if (file === "") return "";
        const stats = statSync(file, { throwIfNoEntry: false });
        return stats === undefined ? "-" : `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
      })
      .join(" ");
  }
}

/**
 * Why the exporter at the other end is not let in, or null where it is. Its
 * name is looked for among the certificate's subjectAltNames; the common name
 * counts only where the certificate has no DNS name.
 *
 * Source: RFC 7011, section 11.3; RFC 6125, section 6.4.4.
 */
export function peerFault(
  socket: Pick<TLSSocket, "authorized" | "authorizationError" | "getPeerX509Certificate">,
  names: readonly string[],
): string | null {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return "no certificate was shown";
  // The type says Error, OpenSSL's code comes.
  if (!socket.authorized) return `certificate refused: ${oneLine(socket.authorizationError)}`;
  if (names.length === 0 || names.some((name) => isMadeOutTo(certificate, name))) return null;
  return `certificate made out to ${peerName(certificate)}, which is not among the names let in`;
}

/** Why a handshake failed, in OpenSSL's words where it has some. */
export function handshakeFault(error: Error): string {
  return oneLine("reason" in error && typeof error.reason === "string" ? error.reason : error);
}

/** The name to show for a certificate: its first DNS name, else its common name, else its subject. */
export function peerName(certificate: X509Certificate): string {
  const dns = /(?:^|, )DNS:([^,]+)/.exec(certificate.subjectAltName ?? "")?.[1];
  return dns ?? /^CN=(.+)$/m.exec(certificate.subject)?.[1] ?? oneLine(certificate.subject);
}

function isMadeOutTo(certificate: X509Certificate, name: string): boolean {
  if (isIP(name) > 0) return certificate.checkIP(name) !== undefined;
  return certificate.checkHost(name, { wildcards: false, subject: "default" }) !== undefined;
}

function readPem(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new StreamError(
      "CERTIFICATE_UNREADABLE",
      `cannot read ${file} (${systemCode(error)})`,
      file,
      "check the path and whether this user may read it",
    );
  }
}

export function oneLine(value: unknown): string {
  const text = value instanceof Error ? value.message : String(value);
  return text.replaceAll(/\s+/g, " ").trim().slice(0, 200);
}
