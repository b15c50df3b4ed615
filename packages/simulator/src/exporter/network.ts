import type { SimulatedExporter } from "../event.ts";
import type { SimulatorOptions } from "../options.ts";
import { FlowColumns } from "./columns.ts";
import { ExportQueue } from "./exporter.ts";
import type { MessageFormat } from "./exporter.ts";
import { IpfixFormat } from "./ipfix.ts";
import { Netflow9Format } from "./netflow9.ts";

/** Places of exporters in every list of them; the core router and the NAT are there when they are asked for. */
export const edgeIndex = 0;
export const gatewayIndex = 1;

/** What faulty clocks are ahead, by exporter's name; milliseconds. */
export const clockSkewsMs: Readonly<Record<string, number>> = {
  "broadband-edge": 2000,
  "mobile-gateway": -1000,
  "broadband-core": -45_000,
};

/** The routers of a provider: the edge and the gateway, and on request the core behind the edge and the NAT behind the gateway. */
export function makeExporters(
  options: SimulatorOptions,
  samplingIntervals: readonly [number, number],
): readonly SimulatedExporter[] {
  const [broadband, mobile] = samplingIntervals;
  const exporters: Omit<SimulatedExporter, "address" | "clockSkewMs">[] = [
    {
      name: "broadband-edge",
      service: "broadband",
      role: "edge",
      protocol: "netflow9",
      observationDomainId: 1,
      samplingInterval: broadband,
    },
    {
      name: "mobile-gateway",
      service: "mobile",
      role: "edge",
      protocol: "ipfix",
      observationDomainId: 20,
      samplingInterval: mobile,
    },
  ];
  if (options.core === true) {
    exporters.push({
      name: "broadband-core",
      service: "broadband",
      role: "core",
      protocol: "ipfix",
      observationDomainId: 30,
      samplingInterval: broadband,
    });
  }
  if (options.cgnat === true) {
    exporters.push({
      name: "mobile-nat",
      service: "mobile",
      role: "other",
      protocol: "ipfix",
      observationDomainId: 40,
      samplingInterval: 1,
    });
  }
  return exporters.map((exporter, index) =>
    Object.assign(exporter, {
      address: options.exporterAddresses?.[index] ?? `127.0.0.${11 + index}`,
      clockSkewMs: options.faults === true ? (clockSkewsMs[exporter.name] ?? 0) : 0,
    }),
  );
}

/** The exporter's records on their way out. Of one without flow records: null. */
export function exportQueue(
  exporter: SimulatedExporter,
  bootMs: number,
  templateRefreshMessages: number,
): ExportQueue | null {
  if (exporter.role === "other") return null;
  const { samplingInterval, observationDomainId, clockSkewMs } = exporter;
  const format: MessageFormat =
    exporter.protocol === "netflow9"
      ? new Netflow9Format(samplingInterval, observationDomainId, bootMs, clockSkewMs)
      : new IpfixFormat(samplingInterval, observationDomainId, clockSkewMs);
  return new ExportQueue(new FlowColumns(), format, templateRefreshMessages);
}
