import { LinkType } from "../frame/frame.ts";
import { readUnsigned } from "../field/integer.ts";
import { elementId as ie } from "../registry/name.ts";
import { type Template, variableLength } from "../template/template.ts";

/**
 * The element of a template that holds the first octets of a packet, and those
 * that say how to read it.
 *
 * Source: RFC 5477, 8.5 (packet sections); RFC 7133 (frame size, type, section
 * offset); Cisco's layer2packetSectionData (IE 104).
 */
export class SectionLayout {
  readonly #template: Template;
  readonly #section: number;
  readonly #linkType: number;
  readonly #size: number;
  readonly #type: number;
  readonly #sectionOffset: number;

  // Where `read` found the section of a record; lengths are octets.
  offset = 0;
  length = 0;
  /** Octets of the whole frame or packet; 0 where the record does not tell. */
  frameOctets = 0;
  /** A LINKTYPE_ number; -1 where the section does not begin where the frame does, or is of a kind that is not read. */
  linkType = -1;

  constructor(template: Template, section: number, linkType: number, size: number) {
    this.#template = template;
    this.#section = section;
    this.#linkType = linkType;
    this.#size = size;
    this.#type = indexOf(template, ie.dataLinkFrameType);
    this.#sectionOffset = indexOf(template, ie.sectionOffset);
  }

  /** Whether a record tells how long the frame was. */
  get tellsSize(): boolean {
    return this.#size >= 0;
  }

  /** Finds the section of the record at `offset`; returns where the record ends, -1 where that lies past `end`. */
  read(view: DataView, offset: number, end: number): number {
    const { fields, netflow9 } = this.#template;
    this.offset = offset;
    this.length = 0;
    this.frameOctets = 0;
    this.linkType = this.#linkType;
    let at = offset;
    for (let index = 0; index < fields.length; index++) {
      let { length } = fields[index];
      if (length === variableLength && !netflow9) {
        if (at >= end) return -1;
        length = view.getUint8(at++);
        if (length === 255) {
          if (end - at < 2) return -1;
          length = view.getUint16(at);
          at += 2;
        }
      }
      if (end - at < length) return -1;
      this.#take(view, index, at, length);
      at += length;
    }
    return at;
  }

  #take(view: DataView, index: number, at: number, length: number): void {
    if (index === this.#section) {
      this.offset = at;
      this.length = length;
    } else if (index === this.#size) this.frameOctets = readUnsigned(view, at, length);
    else if (index === this.#sectionOffset && readUnsigned(view, at, length) !== 0) this.linkType = -1;
    // 1 is an Ethernet frame, 2 one of 802.11 (RFC 7133, 3.11.4); exporters send 0 for Ethernet too.
    else if (index === this.#type && readUnsigned(view, at, length) > 1) this.linkType = -1;
  }
}

/** The layout of the first section of a template's records; undefined where they hold none. */
export function sectionLayout(template: Template): SectionLayout | undefined {
  const frame = indexOf(template, ie.dataLinkFrameSection);
  const layer2 = frame >= 0 ? frame : indexOf(template, ie.layer2packetSectionData);
  if (layer2 >= 0) {
    return new SectionLayout(template, layer2, LinkType.ethernet, indexOf(template, ie.dataLinkFrameSize));
  }
  const ip = indexOf(template, ie.ipHeaderPacketSection);
  if (ip < 0) return undefined;
  return new SectionLayout(template, ip, LinkType.raw, indexOf(template, ie.ipTotalLength));
}

function indexOf(template: Template, id: number): number {
  return template.fields.findIndex((field) => field.enterprise === 0 && field.id === id);
}
