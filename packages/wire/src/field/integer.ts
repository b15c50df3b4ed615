/**
 * An unsigned integer of any width: reduced-size encoding (RFC 7011, 6.2).
 *
 * Shape: `length` octets at `offset`, proved to lie in `view`.
 * Outcomes: exact to 2^53; 0 for no octets, and for more than eight of them.
 */
export function readUnsigned(view: DataView, offset: number, length: number): number {
  switch (length) {
    case 1:
      return view.getUint8(offset);
    case 2:
      return view.getUint16(offset);
    case 3:
      return view.getUint16(offset) * 256 + view.getUint8(offset + 2);
    case 4:
      return view.getUint32(offset);
    case 5:
      return view.getUint8(offset) * 0x1_0000_0000 + view.getUint32(offset + 1);
    case 6:
      return view.getUint16(offset) * 0x1_0000_0000 + view.getUint32(offset + 2);
    case 7:
      return (
        (view.getUint16(offset) * 256 + view.getUint8(offset + 2)) * 0x1_0000_0000 +
        view.getUint32(offset + 3)
      );
    case 8:
      return view.getUint32(offset) * 0x1_0000_0000 + view.getUint32(offset + 4);
    default:
      return 0;
  }
}

/** A float32 or float64 (RFC 7011, 6.1.4); 0 for any other length. */
export function readFloat(view: DataView, offset: number, length: number): number {
  if (length === 8) return view.getFloat64(offset);
  return length === 4 ? view.getFloat32(offset) : 0;
}
