import { describeFrame, type IntoPacket } from "../frame/describe.ts";
import { Frame, LinkType } from "../frame/frame.ts";
import { parseFrame } from "../frame/parse.ts";
import { readHex } from "../field/value.ts";
import type { SectionLayout } from "./layout.ts";

const frame = new Frame();

/**
 * Tells, for people, the packet whose section `layout.read` has just found:
 * MAC addresses and EtherType of an Ethernet frame, then as `describeFrame`.
 */
export function describeSection(
  bytes: Uint8Array,
  view: DataView,
  layout: SectionLayout,
  into: IntoPacket,
): void {
  const { offset, length, linkType, frameOctets } = layout;
  if (length === 0 || linkType < 0) return;
  parseFrame(view, offset, length, frameOctets === 0 ? 0xffff : frameOctets, linkType, frame);
  if (linkType === LinkType.ethernet && length >= 14) {
    into("destinationMacAddress", macText(bytes, offset));
    into("sourceMacAddress", macText(bytes, offset + 6));
    into("ethernetType", frame.etherType);
  }
  describeFrame(view, frame, into);
}

function macText(bytes: Uint8Array, position: number): string {
  return readHex(bytes, position, 6).replaceAll(/(..)(?=.)/g, "$1:");
}
