/** IANA protocol numbers that the published tables name, in their order. ICMPv6 counts as ICMP. */
export const Protocol = { icmp: 1, ipEncap: 4, tcp: 6, udp: 17, gre: 47, esp: 50, icmpv6: 58 } as const;

/** Protocols without ports that have a row of their own. */
export const portlessProtocols: readonly {
  readonly key: string;
  readonly label: string;
  readonly numbers: readonly number[];
}[] = [
  { key: "esp", label: "ESP", numbers: [Protocol.esp] },
  { key: "gre", label: "GRE", numbers: [Protocol.gre] },
  { key: "ip-encap", label: "IP-ENCAP", numbers: [Protocol.ipEncap] },
  { key: "icmp", label: "ICMP", numbers: [Protocol.icmp, Protocol.icmpv6] },
];

/** Service names of the IANA registry for the ports that such tables usually show. */
const tcpNames: Readonly<Record<number, string>> = {
  20: "ftp-data",
  21: "ftp",
  22: "ssh",
  25: "smtp",
  53: "domain",
  80: "http",
  110: "pop3",
  143: "imap",
  443: "https",
  445: "microsoft-ds",
  465: "submissions",
  554: "rtsp",
  563: "nntps",
  587: "submission",
  853: "domain-s",
  873: "rsync",
  989: "ftps-data",
  993: "imaps",
  995: "pop3s",
  1194: "openvpn",
  1723: "pptp",
  1935: "macromedia-fcs",
  3389: "ms-wbt-server",
  5222: "xmpp-client",
  5228: "hpvroom",
  5938: "teamviewer",
  8080: "http-alt",
  8443: "pcsync-https",
};

const udpNames: Readonly<Record<number, string>> = {
  53: "domain",
  123: "ntp",
  443: "https",
  500: "isakmp",
  853: "domain-s",
  1194: "openvpn",
  1701: "l2f",
  3389: "ms-wbt-server",
  3478: "stun",
  4500: "ipsec-nat-t",
  5004: "avt-profile-1",
};

/** "443 (https)", or the number by itself where the registry's name would help nobody. */
export function portLabel(protocol: number, port: number): string {
  const name = (protocol === Protocol.tcp ? tcpNames : udpNames)[port];
  return name === undefined ? String(port) : `${port} (${name})`;
}
