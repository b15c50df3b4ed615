import { SamplingTable } from "../sampling/table.ts";
import type { Template } from "./template.ts";

/** What one observation domain (v9: source id) of an exporter has taught us. */
export class ObservationDomain {
  readonly id: number;
  readonly netflow9: boolean;
  readonly templates = new Map<number, Template>();
  readonly sampling = new SamplingTable();
  /** When the exporter started, from options data (IE 160), milliseconds since the Unix epoch; 0 = not told. */
  systemInitTimeMs = 0;

  constructor(id: number, netflow9: boolean) {
    this.id = id;
    this.netflow9 = netflow9;
  }
}
