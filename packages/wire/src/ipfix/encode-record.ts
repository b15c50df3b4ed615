/** Field specifier as it is written: information element, octets a value, private enterprise number. */
export interface EncodedField {
  readonly id: number;
  /** 1–8 (an unsigned number) or 16 (an IPv6 address); variable length is not written. */
  readonly length: number;
  /** Left out for elements of the IANA registry. */
  readonly enterprise?: number;
}

/** A template or, with `scopeCount` > 0, an options template whose first fields are the scope. */
export interface EncodedTemplate {
  readonly id: number;
  readonly fields: readonly EncodedField[];
  /** 0 or left out: a template of flow records. */
  readonly scopeCount?: number;
}

/**
 * Writes data records of one template from positional numbers: compiled once, no allocation a record.
 *
 * Shape: a row has `slotCount` numbers, fields in template order; a field of up to 8 octets takes one
 * slot, a field of 16 octets four (32-bit words, most significant first). `slotOf` gives the position.
 * Units: unsigned integers; 64-bit values are exact to 2^53.
 * Source: RFC 7011 sections 3.4.3 and 6 (RFC 3954 section 5.3 is the same on the wire).
 */
export class DataRecordWriter {
  readonly templateId: number;
  readonly recordLengthBytes: number;
  readonly slotCount: number;
  /** Width in octets of each slot's value; the four slots of an address have width 4 each. */
  readonly #widths: Uint8Array;
  readonly #slots = new Map<string, number>();

  constructor(template: EncodedTemplate) {
    this.templateId = template.id;
    const widths: number[] = [];
    let lengthBytes = 0;
    for (const field of template.fields) {
      const key = `${field.enterprise ?? 0}:${field.id}`;
      if (!this.#slots.has(key)) this.#slots.set(key, widths.length);
      if (field.length === 16) widths.push(4, 4, 4, 4);
      else if (field.length >= 1 && field.length <= 8) widths.push(field.length);
      else throw new RangeError(`a field of ${field.length} octets cannot be written from a number`);
      lengthBytes += field.length;
    }
    this.#widths = Uint8Array.from(widths);
    this.slotCount = widths.length;
    this.recordLengthBytes = lengthBytes;
  }

  /** Slot of the first field with this element, or -1. */
  slotOf(id: number, enterprise = 0): number {
    return this.#slots.get(`${enterprise}:${id}`) ?? -1;
  }

  /** Writes one record at `offset` and returns the offset after it; the caller has proved the room. */
  write(view: DataView, offset: number, row: Float64Array): number {
    const widths = this.#widths;
    let at = offset;
    for (let slot = 0; slot < widths.length; slot++) {
      const value = row[slot];
      switch (widths[slot]) {
        case 1:
          view.setUint8(at, value);
          at += 1;
          break;
        case 2:
          view.setUint16(at, value);
          at += 2;
          break;
        case 4:
          view.setUint32(at, value);
          at += 4;
          break;
        case 8: {
          const high = Math.floor(value / 0x1_0000_0000);
          view.setUint32(at, high);
          view.setUint32(at + 4, value - high * 0x1_0000_0000);
          at += 8;
          break;
        }
        default: {
          // 3, 5, 6, 7 octets: reduced-size encoding, RFC 7011 section 6.2.
          let rest = value;
          for (let i = at + widths[slot] - 1; i >= at; i--) {
            view.setUint8(i, rest % 256);
            rest = Math.floor(rest / 256);
          }
          at += widths[slot];
        }
      }
    }
    return at;
  }
}
