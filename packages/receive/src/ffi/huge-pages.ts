import { libc, whyNoLibc } from "./libc.ts";

/** From linux/mman.h. */
const MADV_HUGEPAGE = 14;
const MADV_COLLAPSE = 25;
const pageOctets = 2 ** 21;

/**
 * Asks for huge pages for a buffer whose octets are read here and there: each
 * such read costs a walk through the page tables that 4 kB pages of a large
 * table hardly ever save. What is in the buffer stays. `from` and `end`: which octets of it; of a buffer that is mostly address
 * space, those in use: elsewhere the system would look for a huge page while somebody waits for his first octet.
 *
 * Outcomes: resolves with the octets that lie in huge pages now; 0 where the
 * system has none to give, which changes nothing but speed.
 * Source: madvise(2); MADV_COLLAPSE is there since Linux 6.1.
 */
export async function adviseHugePages(
  buffer: ArrayBufferLike,
  from = 0,
  end = buffer.byteLength,
): Promise<number> {
  if (whyNoLibc() !== null || end - from < pageOctets) return 0;
  const calls = libc();
  const bytes = new Uint8Array(buffer);
  const start = calls.addressOf(bytes);
  const first = Math.ceil((start + from) / pageOctets);
  const last = Math.floor((start + end) / pageOctets);
  if (last <= first || calls.madvise(first * pageOctets, (last - first) * pageOctets, MADV_HUGEPAGE) < 0)
    return 0;
  let octets = 0;
  for (let page = first; page < last; page++) {
    // A page takes a millisecond or many, where the system has to look for one: this thread has other things to do.
    if (await calls.madviseAside(page * pageOctets, pageOctets, MADV_COLLAPSE)) octets += pageOctets;
  }
  // Used here, the buffer cannot have gone while its address was.
  return bytes.length > 0 ? octets : 0;
}
