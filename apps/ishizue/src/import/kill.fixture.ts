import type { ImportKind } from "./kind.ts";

const t0S = Date.UTC(2026, 4, 11) / 1000;
const rows = 6000;
const address = (index: number): string => `100.64.${index >> 8}.${index & 255}`;
const mac = (index: number): string =>
  `02:00:00:00:${(index >> 8).toString(16).padStart(2, "0")}:${(index & 255).toString(16).padStart(2, "0")}`;
const iso = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");

function text(head: string, row: (index: number) => string): string {
  return head + Array.from({ length: rows }, (_, index) => row(index)).join("");
}

/** Rows tell of a holder first, of the same again later. */
const holders = rows / 2;

/** A file of every kind, each of about half a million octets. */
export function importFiles(): readonly { kind: ImportKind; name: string; text: string }[] {
  return [
    {
      kind: "lines",
      name: "lines.csv",
      text: text(
        "line,class,access,plan,region\n",
        (index) => `line-${index},consumer,IPoE,plan-${index % 9},\n`,
      ),
    },
    {
      kind: "leases",
      name: "leases.csv",
      text: text("", (index) => `${address(index)},${iso(t0S)},${iso(t0S + 3600)},line-${index}\n`),
    },
    {
      kind: "radius-detail",
      name: "detail",
      text: text("", (index) => {
        const atS = t0S + 4000 + (index % holders) + (index < holders ? 0 : 600);
        return [
          "Mon May 11 00:00:00 2026",
          `\tAcct-Status-Type = ${index < holders ? "Start" : "Stop"}`,
          `\tAcct-Session-Id = "S${index % holders}"`,
          `\tUser-Name = "line-${index % holders}"`,
          "\tNAS-IP-Address = 198.51.100.1",
          `\tFramed-IP-Address = ${address(index % holders)}`,
          `\tEvent-Timestamp = ${atS}`,
          `\tAcct-Session-Time = ${index < holders ? 0 : 600}`,
          `\tTimestamp = ${atS}`,
          "\n",
        ].join("\n");
      }),
    },
    {
      kind: "radacct",
      name: "radacct.csv",
      text: text(
        "acctsessionid,nasipaddress,username,framedipaddress,acctstarttime,acctstoptime\n",
        (index) => {
          const atS = t0S + 10_000 + index;
          return `R${index},198.51.100.2,line-${index},${address(index)},${iso(atS)},${iso(atS + 300)}\n`;
        },
      ),
    },
    {
      kind: "kea",
      name: "kea-leases4.csv",
      text: text(
        "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id\n",
        (index) => {
          const holder = index % holders;
          return `${address(holder)},${mac(holder)},,7200,${t0S + 30_000 + index},1,0,0,,0,,0\n`;
        },
      ),
    },
    {
      kind: "kea-legal-log",
      name: "kea-legal.txt",
      text: text("", (index) => {
        const holder = index % holders;
        return `${iso(t0S + 40_000 + index)} UTC Address: ${address(holder)} has been assigned for 7200 seconds to a device with hardware address: hwtype=1 ${mac(holder)}\n`;
      }),
    },
    {
      kind: "dhcpd",
      name: "dhcpd.leases",
      text: text("", (index) => {
        const atS = t0S + 50_000 + index;
        const date = (seconds: number): string => iso(seconds).replaceAll("-", "/");
        return [
          `lease ${address(index % holders)} {`,
          `  starts 1 ${date(atS)};`,
          `  ends 1 ${date(atS + 7200)};`,
          "  binding state active;",
          `  hardware ethernet ${mac(index % holders)};`,
          "}\n",
        ].join("\n");
      }),
    },
    {
      kind: "gateway",
      name: "cdr.csv",
      text: text(
        "servedMSISDN,recordOpeningTime,duration,servedPDPPDNAddress,dataVolumeFBCUplink,dataVolumeFBCDownlink,chargingID,recordSequenceNumber\n",
        (index) => {
          const phone = index % holders;
          const atS = t0S + 80_000 + (index < holders ? 0 : 900);
          return `81900000${phone},${iso(atS)},900,${address(phone)},${index},${3 * index},${phone},${index}\n`;
        },
      ),
    },
  ];
}
