import type { AccountingClient, DomainFrom, LineFrom } from "@ishizue/ledger";
import { domainsByName } from "./routing-domains.ts";
import type { Config } from "./schema.ts";

/** What names lines and routing domains in accounting, live and in files. */
export function accountingNames({ accounting, routingDomains }: Config): {
  lineFrom: LineFrom;
  domainFrom?: DomainFrom;
  domainNames: ReadonlyMap<string, string>;
} {
  const { lineFrom, domainFrom } = accounting;
  const domainNames = domainsByName(routingDomains);
  return { lineFrom, domainNames, ...(domainFrom === undefined ? {} : { domainFrom }) };
}

/** The clients as the accounting server takes them. */
export function accountingClients({ accounting }: Config): AccountingClient[] {
  return accounting.clients.map(({ address, secret, domain }) => ({
    address,
    secret,
    ...(domain === undefined ? {} : { domain }),
  }));
}
