/** A column of a list: what the code calls it, and the header names that mean it. */
export interface Column {
  readonly name: string;
  readonly headers: readonly string[];
  readonly required: boolean;
  /** No other list has such a column: a header that names it tells which list the file is. */
  readonly telling?: boolean;
}

/** What a CSV file can hold; the required columns come first. */
export interface List {
  /** As messages call it. */
  readonly name: "leases" | "lines" | "numbers";
  readonly columns: readonly Column[];
}

const line: Column = { name: "line", headers: ["line", "line-id", "line-name"], required: true };

export const leasesList: List = {
  name: "leases",
  columns: [
    {
      name: "prefix",
      headers: ["address-or-prefix", "address", "prefix", "ip", "ip-address"],
      required: true,
      telling: true,
    },
    { name: "start", headers: ["start", "from", "valid-from", "start-time"], required: true },
    { name: "end", headers: ["end", "to", "until", "valid-to", "end-time", "stop"], required: true },
    line,
    { name: "domain", headers: ["domain", "routing-domain", "vrf"], required: false },
  ],
};

export const linesList: List = {
  name: "lines",
  columns: [
    line,
    { name: "class", headers: ["class", "line-class"], required: true, telling: true },
    { name: "access", headers: ["access", "access-type"], required: true, telling: true },
    { name: "plan", headers: ["plan"], required: true },
    { name: "region", headers: ["region"], required: true },
    { name: "tags", headers: ["tags"], required: false },
  ],
};

export const numbersList: List = {
  name: "numbers",
  columns: [{ name: "number", headers: ["number", "msisdn", "phone", "phone-number"], required: true }, line],
};

/** Those that can be imported. */
export const lists: readonly List[] = [leasesList, linesList];
