import type { Message } from "@ishizue/wire";
import type { Comparison } from "./comparison.ts";
import { compareWithLogstash } from "./logstash.ts";
import { compareWithNetgauze } from "./netgauze.ts";
import { compareWithTelegraf } from "./telegraf.ts";
import { compareWithTshark } from "./tshark.ts";
import { compareSflowWithTshark } from "./tshark-sflow.ts";

/** A decoder of other people's whose output lies in the `expected` folders. */
export type Reference = {
  readonly name: string;
  /** How the files of its output end. */
  readonly ending: string;
  /** Its files go with the inputs one by one, not with the case as a whole. */
  readonly perInput: boolean;
  readonly compare: (messages: readonly Message[], url: URL, comparison: Comparison) => void;
};

export const references: readonly Reference[] = [
  {
    name: "tshark",
    ending: "tshark.json",
    perInput: false,
    compare: (messages, url, comparison) => {
      compareWithTshark(messages, url, comparison);
      compareSflowWithTshark(messages, url, comparison);
    },
  },
  { name: "netgauze", ending: "-flow.json", perInput: true, compare: compareWithNetgauze },
  { name: "logstash", ending: "logstash.json", perInput: false, compare: compareWithLogstash },
  { name: "telegraf", ending: "expected.out", perInput: false, compare: compareWithTelegraf },
];
