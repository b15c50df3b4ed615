import assert from "node:assert/strict";
import { type FuzzTarget, joinMessages, splitMessages } from "../../../scripts/fuzz/target.ts";
import { Frame, LinkType, parseFrame } from "../src/index.ts";

/** Frames down to ports: each message is a link type, octets that the capture left out, and the frame. */
const frames: FuzzTarget = {
  name: "frame",
  framed: true,
  *seeds() {
    for (const linkType of Object.values(LinkType)) {
      yield joinMessages([
        octets(linkType, "0800 4500001c 00010000 40110000 c0000201 c6336402 04d20807 00080000"),
      ]);
    }
  },
  run: (bytes) => splitMessages(bytes).map(parseTwice),
  words: [
    "8100 0001",
    "88a8 0fff",
    "8847 00010140",
    "8864 1100 0001 0006 0021",
    "0800",
    "86dd",
    "0000 0800",
    "2000 6558",
    "4500001c 00010000 40110000 c0000201 c6336402",
    "60000000 0008 1140",
    "0800000000000100",
    "aaaa03 000000 0800",
  ].map((text) => Uint8Array.fromHex(text.replaceAll(" ", ""))),
};

const alone = new Frame();
const amidst = new Frame();
const around = new Uint8Array(66_560);

/** Parses a frame that ends where its buffer ends, and the same amid other octets; both must give the same. */
function parseTwice(message: Uint8Array): string {
  if (message.length < 4) return "";
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const linkType = view.getUint16(0);
  const frame = message.slice(4);
  const wireLength = frame.length + view.getUint16(2);
  const found = parseFrame(new DataView(frame.buffer), 0, frame.length, wireLength, linkType, alone);
  const at = 101;
  around.fill(0xff, 0, at);
  around.fill(0xff, at + frame.length, at + frame.length + 256);
  around.set(frame, at);
  const foundAmidst = parseFrame(new DataView(around.buffer), at, frame.length, wireLength, linkType, amidst);
  assert.equal(foundAmidst, found, "octets around the frame change whether it is IP");
  assert.deepEqual(relative(amidst, at), relative(alone, 0), "octets around the frame change what is read");
  checkPlaces(alone, found, frame.length);
  return `${linkType},${alone.reason},${alone.ipVersion},${alone.protocol},${alone.fragment},${alone.vlanTags > 0}`;
}

/** The frame's fields, its places counted from the frame's beginning; 0 stays 0 where it says "none". */
function relative(frame: Frame, at: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(frame).map(([name, value]) => {
      const isPlace = /(Offset|End)$/.test(name) && typeof value === "number" && value >= at && value > 0;
      return [name, isPlace ? value - at : value];
    }),
  );
}

function checkPlaces(frame: Frame, found: boolean, length: number): void {
  if (!found) return;
  const addressOctets = frame.ipVersion === 4 ? 4 : 16;
  assert.ok(frame.sourceAddressOffset + addressOctets <= length, "the source lies behind the frame");
  assert.ok(
    frame.destinationAddressOffset + addressOctets <= length,
    "the destination lies behind the frame",
  );
  assert.ok(frame.transportOffset <= length, "the transport header begins behind the frame");
  assert.ok(frame.ipOctets >= 0 && Number.isFinite(frame.ipOctets), "octets of IP");
  assert.ok(frame.udpPayloadCaptured >= 0, "fewer octets of payload than none");
  assert.ok(frame.udpPayloadOffset + frame.udpPayloadCaptured <= length, "the payload ends behind the frame");
}

function octets(linkType: number, hex: string): Uint8Array {
  const ethernet = linkType === 1 ? "020000000002020000000001" : "";
  return Uint8Array.fromHex(
    linkType.toString(16).padStart(4, "0") + "0000" + ethernet + hex.replaceAll(" ", ""),
  );
}

export default frames;
