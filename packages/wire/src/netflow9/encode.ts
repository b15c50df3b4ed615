import type { DataRecordWriter, EncodedTemplate } from "../ipfix/encode-record.ts";
import { SetWriter } from "../set/encode.ts";

/** What the packet header says; the sequence number counts messages. */
export interface Netflow9HeaderFields {
  /** Milliseconds since the exporter booted; written modulo 2^32. */
  readonly sysUpTimeMs: number;
  /** Seconds since the Unix epoch. */
  readonly unixSecs: number;
  /** Modulo 2^32, one a message (RFC 3954 section 5.1). */
  readonly sequenceNumber: number;
  /** Source ID on the wire. */
  readonly observationDomainId: number;
}

/** Scope field types of options templates (RFC 3954 section 6.1). */
export const Netflow9Scope = { system: 1, interface: 2, lineCard: 3, cache: 4, template: 5 } as const;

const headerBytes = 20;
const templateSetId = 0;
const optionsTemplateSetId = 1;

/**
 * Writes NetFlow v9 messages into a buffer of the caller: `begin`, then sets in any order, then `end`.
 *
 * Shape: one message at a time from offset 0. Every set is padded to four octets (section 5.3); Count is the
 * number of records of all kinds.
 * Outcomes: `room` says how many octets are left; writing past the buffer is the caller's fault (RangeError).
 * Source: RFC 3954 sections 5 and 6.
 */
export class Netflow9MessageWriter extends SetWriter {
  #count = 0;

  begin(header: Netflow9HeaderFields): void {
    const { view } = this;
    view.setUint16(0, 9);
    view.setUint32(4, header.sysUpTimeMs % 0x1_0000_0000);
    view.setUint32(8, header.unixSecs);
    view.setUint32(12, header.sequenceNumber);
    view.setUint32(16, header.observationDomainId);
    this.at = headerBytes;
    this.#count = 0;
  }

  /** One template FlowSet with all of `templates`. */
  templateSet(templates: readonly EncodedTemplate[]): void {
    this.openSet(templateSetId);
    for (const template of templates) {
      this.view.setUint16(this.at, template.id);
      this.view.setUint16(this.at + 2, template.fields.length);
      this.at += 4;
      this.#fields(template);
    }
    this.endSet();
  }

  /** One options template FlowSet; ids of the scope fields are `Netflow9Scope` codes, lengths go out in octets. */
  optionsTemplateSet(templates: readonly EncodedTemplate[]): void {
    this.openSet(optionsTemplateSetId);
    for (const template of templates) {
      const scopeCount = template.scopeCount ?? 0;
      this.view.setUint16(this.at, template.id);
      this.view.setUint16(this.at + 2, 4 * scopeCount);
      this.view.setUint16(this.at + 4, 4 * (template.fields.length - scopeCount));
      this.at += 6;
      this.#fields(template);
    }
    this.endSet();
  }

  override record(writer: DataRecordWriter, row: Float64Array): void {
    super.record(writer, row);
    this.#count++;
  }

  /** Closes the open set, padded to four octets. */
  override endSet(): void {
    this.pad();
    super.endSet();
  }

  /** Completes the header and returns the message's length. */
  end(): number {
    this.view.setUint16(2, this.#count);
    return this.at;
  }

  #fields(template: EncodedTemplate): void {
    for (const field of template.fields) {
      this.view.setUint16(this.at, field.id);
      this.view.setUint16(this.at + 2, field.length);
      this.at += 4;
    }
    this.#count++;
  }
}
