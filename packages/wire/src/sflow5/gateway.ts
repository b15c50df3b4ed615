/** The autonomous systems of an extended gateway record; overwritten by each record. */
export class Gateway {
  /** The exporter's own autonomous system. */
  asNumber = 0;
  /** 0: inside the exporter's own. */
  sourceAsNumber = 0;
  /** 0: the source is a direct peer or inside. */
  sourcePeerAsNumber = 0;
  /** Autonomous systems on the path to the destination, in all segments. */
  pathLength = 0;
  /** First and last number on the path; 0 where it is empty. */
  nextAsNumber = 0;
  destinationAsNumber = 0;
}

/**
 * Reads an extended gateway record in [position, end) as far as its AS path.
 *
 * Outcomes: false where the record is cut inside the fixed part or the path.
 * Source: sFlow Version 5, extended_gateway (0:1003).
 */
export function readGateway(view: DataView, position: number, end: number, gateway: Gateway): boolean {
  const addressOctets = nextHopOctets(view, position, end);
  if (addressOctets < 0) return false;
  let at = position + 4 + addressOctets;
  if (end - at < 16) return false;
  gateway.asNumber = view.getUint32(at);
  gateway.sourceAsNumber = view.getUint32(at + 4);
  gateway.sourcePeerAsNumber = view.getUint32(at + 8);
  gateway.pathLength = 0;
  gateway.nextAsNumber = 0;
  gateway.destinationAsNumber = 0;
  const segments = view.getUint32(at + 12);
  at += 16;
  for (let segment = 0; segment < segments; segment++) {
    if (end - at < 8) return false;
    const numbers = view.getUint32(at + 4);
    at += 8;
    if (numbers > (end - at) >> 2) return false;
    if (numbers === 0) continue;
    if (gateway.pathLength === 0) gateway.nextAsNumber = view.getUint32(at);
    gateway.pathLength += numbers;
    at += 4 * numbers;
    gateway.destinationAsNumber = view.getUint32(at - 4);
  }
  return true;
}

/** Octets of the address after the address type at `position`; -1 where it is cut or of no known type. */
export function nextHopOctets(view: DataView, position: number, end: number): number {
  if (end - position < 4) return -1;
  const type = view.getUint32(position);
  const octets = type === 0 ? 0 : type === 1 ? 4 : type === 2 ? 16 : -1;
  return octets > end - position - 4 ? -1 : octets;
}
