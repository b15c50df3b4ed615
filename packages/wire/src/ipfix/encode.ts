import { SetWriter } from "../set/encode.ts";
import type { EncodedTemplate } from "./encode-record.ts";

/** What the message header says; the sequence number counts the data records sent before this message. */
export interface IpfixHeaderFields {
  /** Seconds since the Unix epoch. */
  readonly exportTimeS: number;
  /** Modulo 2^32, data records of options templates included (RFC 7011 section 3.1). */
  readonly sequenceNumber: number;
  readonly observationDomainId: number;
}

const headerBytes = 16;
const templateSetId = 2;
const optionsTemplateSetId = 3;

/**
 * Writes IPFIX messages into a buffer of the caller: `begin`, then sets in any order, then `end`.
 *
 * Shape: one message at a time from offset 0; `lengthBytes` after `end` is its length. Sets are not padded
 * but options template sets, which are padded to four octets.
 * Outcomes: `room` says how many octets are left; writing past the buffer is the caller's fault (RangeError).
 * Source: RFC 7011 section 3.
 */
export class IpfixMessageWriter extends SetWriter {
  begin(header: IpfixHeaderFields): void {
    const { view } = this;
    view.setUint16(0, 10);
    view.setUint32(4, header.exportTimeS);
    view.setUint32(8, header.sequenceNumber);
    view.setUint32(12, header.observationDomainId);
    this.at = headerBytes;
  }

  /** One template set with all of `templates`. */
  templateSet(templates: readonly EncodedTemplate[]): void {
    this.openSet(templateSetId);
    for (const template of templates) {
      this.view.setUint16(this.at, template.id);
      this.view.setUint16(this.at + 2, template.fields.length);
      this.at += 4;
      this.#fieldSpecifiers(template);
    }
    this.endSet();
  }

  /** One options template set; each template's first `scopeCount` fields are its scope (section 3.4.2.2). */
  optionsTemplateSet(templates: readonly EncodedTemplate[]): void {
    this.openSet(optionsTemplateSetId);
    for (const template of templates) {
      this.view.setUint16(this.at, template.id);
      this.view.setUint16(this.at + 2, template.fields.length);
      this.view.setUint16(this.at + 4, template.scopeCount ?? 0);
      this.at += 6;
      this.#fieldSpecifiers(template);
    }
    this.pad();
    this.endSet();
  }

  /** Completes the header and returns the message's length. */
  end(): number {
    this.view.setUint16(2, this.at);
    return this.at;
  }

  #fieldSpecifiers(template: EncodedTemplate): void {
    for (const field of template.fields) {
      const enterprise = field.enterprise ?? 0;
      this.view.setUint16(this.at, enterprise === 0 ? field.id : field.id | 0x8000);
      this.view.setUint16(this.at + 2, field.length);
      this.at += 4;
      if (enterprise !== 0) {
        this.view.setUint32(this.at, enterprise);
        this.at += 4;
      }
    }
  }
}
