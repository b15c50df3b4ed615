import { DataRecordWriter, Netflow9MessageWriter } from "@ishizue/wire";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

const template = {
  id: 256,
  fields: [
    { id: 8, length: 4 },
    { id: 12, length: 4 },
    { id: 7, length: 2 },
    { id: 11, length: 2 },
    { id: 4, length: 1 },
    { id: 1, length: 4 },
    { id: 2, length: 4 },
  ],
};

/** 100.64.0.1, of RFC 6598, and 192.0.2.1, of RFC 5737. */
const CUSTOMER = 0x64400001;
const SERVER = 0xc0000201;

/** A router of tests: NetFlow v9 from a socket and address of its own, records of 1000 octets towards 100.64.0.1. */
export class TestExporter {
  private readonly socket: Socket;
  private to: { host: string; port: number };
  private sequenceNumber = 0;

  private constructor(socket: Socket, to: { host: string; port: number }) {
    this.socket = socket;
    this.to = to;
  }

  /** `address`: of 127.0.0.0/8. */
  static async open(to: { host: string; port: number }, address = "127.0.0.1"): Promise<TestExporter> {
    const socket = createSocket("udp4");
    socket.bind(0, address);
    await once(socket, "listening");
    return new TestExporter(socket, to);
  }

  sendTemplate(): Promise<void> {
    return this.send((writer) => writer.templateSet([template]));
  }

  /** One message of `records` records. */
  sendRecords(records: number): Promise<void> {
    return this.send((writer) => {
      const record = new DataRecordWriter(template);
      writer.dataSet(record);
      for (let index = 0; index < records; index++) {
        writer.record(record, Float64Array.of(SERVER, CUSTOMER, 443, 50_000 + index, 6, 1000, 1));
      }
      writer.endSet();
    });
  }

  /** From now on, to another collector. */
  sendTo(to: { host: string; port: number }): void {
    this.to = to;
  }

  close(): void {
    this.socket.close();
  }

  private send(fill: (writer: Netflow9MessageWriter) => void): Promise<void> {
    const bytes = new Uint8Array(1400);
    const writer = new Netflow9MessageWriter(bytes);
    writer.begin({
      sysUpTimeMs: 1000,
      unixSecs: Math.floor(Date.now() / 1000),
      sequenceNumber: this.sequenceNumber++,
      observationDomainId: 1,
    });
    fill(writer);
    const length = writer.end();
    return new Promise((resolve, reject) => {
      this.socket.send(bytes.subarray(0, length), this.to.port, this.to.host, (error) =>
        error === null ? resolve() : reject(error),
      );
    });
  }
}
