import { lineKindFacts, lineKindNames } from "@ishizue/simulator";
import type { LineHourRows, PortHour, PortTable, SideColumns } from "@ishizue/simulator";
import { type Column, encodeNativeBlock } from "@ishizue/store";

/** A column of whole numbers in the narrowest width that holds them; the engine widens it. */
function whole(name: string, values: Float64Array<ArrayBuffer>, rows: number): Column {
  let most = 0;
  for (let row = 0; row < rows; row++) if (values[row] > most) most = values[row];
  if (most < 0x1_0000)
    return { name, type: "UInt16", kind: "raw", values: Uint16Array.from(values.subarray(0, rows)) };
  if (most < 0x1_0000_0000) {
    return { name, type: "UInt32", kind: "raw", values: Uint32Array.from(values.subarray(0, rows)) };
  }
  return { name, type: "UInt64", kind: "uint64", values };
}

function sideColumns(side: "in" | "out", columns: SideColumns, rows: number): Column[] {
  return [
    whole(`octets_${side}`, columns.octets, rows),
    whole(`packets_${side}`, columns.packets, rows),
    { name: `variance_${side}`, type: "Float64", kind: "raw", values: columns.variance },
    whole(`sampled_packets_${side}`, columns.sampledPackets, rows),
    whole(`sampled_octets_${side}`, columns.sampledOctets, rows),
    whole(`sampled_octets_squared_${side}`, columns.sampledOctetsSquared, rows),
  ];
}

/** A block of `line_hour`. */
export function encodeLineHours(rows: LineHourRows): Uint8Array<ArrayBuffer> {
  const { rowCount } = rows;
  return encodeNativeBlock(
    [
      { name: "line_id", type: "UInt64", kind: "raw", wordsPerRow: 2, values: rows.lineId },
      { name: "hour", type: "DateTime('UTC')", kind: "raw", values: rows.hour },
      ...sideColumns("in", rows.in, rowCount),
      ...sideColumns("out", rows.out, rowCount),
    ],
    rowCount,
  );
}

/** Codes of the store's enums. */
const serviceCode = { broadband: 1, mobile: 2 } as const;
const accessCode = { PPPoE: 1, IPoE: 2, mobile: 3 } as const;
const classCode = { consumer: 1, business: 2 } as const;

/** Rows of `port_hour` on their way into a block. */
export class PortHourRows {
  rowCount = 0;
  readonly capacity: number;
  readonly #ports: PortTable;
  readonly #hour: Uint32Array<ArrayBuffer>;
  readonly #codes: Readonly<Record<"service" | "access" | "class" | "direction", Int8Array<ArrayBuffer>>>;
  readonly #protocol: Uint8Array<ArrayBuffer>;
  readonly #port: Uint16Array<ArrayBuffer>;
  readonly #sums: Readonly<
    Record<
      "octets" | "packets" | "variance" | "sampled_packets" | "sampled_octets",
      Float64Array<ArrayBuffer>
    >
  >;

  constructor(capacity: number, ports: PortTable) {
    const double = (): Float64Array<ArrayBuffer> => new Float64Array(capacity);
    const code = (): Int8Array<ArrayBuffer> => new Int8Array(capacity);
    this.capacity = capacity;
    this.#ports = ports;
    this.#hour = new Uint32Array(capacity);
    this.#codes = { service: code(), access: code(), class: code(), direction: code() };
    this.#protocol = new Uint8Array(capacity);
    this.#port = new Uint16Array(capacity);
    this.#sums = {
      octets: double(),
      packets: double(),
      variance: double(),
      sampled_packets: double(),
      sampled_octets: double(),
    };
  }

  /** Appends the ports of one hour that have a sampled packet, one in `n`; there must be room for all of them. */
  append({ kind, direction, packets, octets, squared }: PortHour, hourS: number, n: number): void {
    const facts = lineKindFacts[lineKindNames[kind]];
    for (let port = 0; port < packets.length; port++) {
      if (packets[port] === 0) continue;
      const row = this.rowCount++;
      this.#hour[row] = hourS;
      this.#codes.service[row] = serviceCode[facts.service];
      this.#codes.access[row] = accessCode[facts.access];
      this.#codes.class[row] = classCode[facts.class];
      this.#codes.direction[row] = direction;
      this.#protocol[row] = this.#ports.protocol[port];
      this.#port[row] = this.#ports.port[port];
      this.#sums.octets[row] = n * octets[port];
      this.#sums.packets[row] = n * packets[port];
      this.#sums.variance[row] = n * (n - 1) * squared[port];
      this.#sums.sampled_packets[row] = packets[port];
      this.#sums.sampled_octets[row] = octets[port];
    }
  }

  encode(): Uint8Array<ArrayBuffer> {
    const { rowCount } = this;
    const codes = (name: "service" | "access" | "class" | "direction"): Column => ({
      name,
      type: "Int8",
      kind: "raw",
      values: this.#codes[name],
    });
    return encodeNativeBlock(
      [
        { name: "hour", type: "DateTime('UTC')", kind: "raw", values: this.#hour },
        codes("service"),
        codes("access"),
        codes("class"),
        codes("direction"),
        { name: "protocol", type: "UInt8", kind: "raw", values: this.#protocol },
        { name: "port", type: "UInt16", kind: "raw", values: this.#port },
        ...(["octets", "packets", "sampled_packets", "sampled_octets"] as const).map((name) =>
          whole(name, this.#sums[name], rowCount),
        ),
        { name: "variance", type: "Float64", kind: "raw", values: this.#sums.variance },
      ],
      rowCount,
    );
  }
}
