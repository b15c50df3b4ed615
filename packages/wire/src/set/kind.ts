/** What a set id says of the set's records. */
export const SetKind = { reserved: 0, template: 1, optionsTemplate: 2, data: 3 } as const;

/** The kind of a set: ids 0 and 1 hold NetFlow v9's templates (RFC 3954, 5.2), 2 and 3 IPFIX's (RFC 7011, 3.3.2). */
export function setKind(id: number, netflow9: boolean): number {
  if (id >= 256) return SetKind.data;
  if (id === (netflow9 ? 0 : 2)) return SetKind.template;
  if (id === (netflow9 ? 1 : 3)) return SetKind.optionsTemplate;
  return SetKind.reserved;
}

/** Whether all bytes of [offset, end) are zero: padding. */
export function isZero(bytes: Uint8Array, offset: number, end: number): boolean {
  for (let index = offset; index < end; index++) if (bytes[index] !== 0) return false;
  return true;
}
