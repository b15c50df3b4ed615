/** Words that a Japanese text writes in Latin letters. */
const written = new Set(
  "IN OUT TCP UDP ESP GRE ICMP IP-ENCAP IPoE PPPoE UTC JST Asia/Tokyo NetFlow IPFIX sFlow MB GB kB TB EB PB MB/day GB/day kB/day TB/day bit/s kbit/s Mbit/s Gbit/s Tbit/s Pbit/s ms log ishizue csv parquet json svg png pdf CSV Parquet JSON SVG PNG PDF".split(
    " ",
  ),
);

/** Words in Latin letters that are left in a text, without units and names of protocols, commands and files. */
export function latinWords(text: string): string[] {
  return [...text.matchAll(/[A-Za-z][A-Za-z/-]*/g)]
    .map(([word]) => word)
    .filter((word) => word.length > 1 && !written.has(word));
}
