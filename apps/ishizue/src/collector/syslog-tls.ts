import type { SyslogServer, SyslogTls } from "@ishizue/ledger";
import { CertificateFiles, peerFault } from "@ishizue/receive";
import type { TlsConfig } from "../config/tls.ts";
import { faultLine } from "../fault/fault.ts";

/** How often replaced certificate files are looked for. */
const CHECK_MS = 60_000;

/** Certificates of syslog over TLS, from the files that the configuration names. */
export class SyslogCertificates {
  private readonly config: TlsConfig;
  private readonly files: CertificateFiles;
  private timer: NodeJS.Timeout | null = null;

  constructor(config: TlsConfig) {
    this.config = config;
    const { certificate, key, authority, clients, names } = config;
    this.files = new CertificateFiles({
      certificate,
      key,
      names,
      ...(authority === undefined ? {} : { authority }),
      ...(clients === undefined ? {} : { clients }),
    });
  }

  /** What the server listens with. Errors: StreamError of the files. */
  open(): SyslogTls {
    const { port, names } = this.config;
    return {
      port,
      context: this.files.read(),
      asksSenders: this.files.clientsRequired,
      peerFault: (socket) => peerFault(socket, names),
    };
  }

  /** Looks for replaced files from now on; such as cannot be used are told, and the old ones stay. */
  watch(server: SyslogServer, onProblem: (text: string) => void): void {
    this.timer = setInterval(() => this.renew(server, onProblem), CHECK_MS);
    this.timer.unref();
  }

  /** Takes over files that were replaced. */
  renew(server: SyslogServer, onProblem: (text: string) => void): void {
    if (!this.files.changed) return;
    try {
      server.renewTls(this.files.read());
    } catch (error) {
      onProblem(faultLine(error) ?? String(error));
    }
  }

  close(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }
}
