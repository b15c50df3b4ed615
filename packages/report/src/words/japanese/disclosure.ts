/** What was kept back of a report, in Japanese. */
import type { Pattern, Phrase } from "../translate.ts";

export const disclosurePhrases: readonly Phrase[] = [
  [
    "Normalised: octets are parts of those counted at the edge, sets and messages of the messages received, records of the records decoded.",
    "正規化：オクテットはエッジで計数したもの、セットとメッセージは受信したメッセージ、レコードは復号したレコードに対する割合で示す。",
  ],
  ["Counts, volumes and sampling intervals are left out.", "個数、トラフィック量、サンプリング間隔は省く。"],
  [
    "Normalised: messages and sets are parts of all exporters' messages, records of all exporters' records.",
    "正規化：メッセージとセットは全エクスポータのメッセージ、レコードは全エクスポータのレコードに対する割合で示す。",
  ],
  [
    "Normalised: 95 % intervals reach out by 0.5 % of the value at least (shares: 0.05 points), as narrower ones would tell the volume.",
    "正規化：狭い信頼区間からはトラフィック量が推測できるため、95%信頼区間は値の0.5%（割合は0.05ポイント）以上に広げてある。",
  ],
  ["Normalised: the peak hour = 1.", "正規化：ピークの1時間を1とする。"],
  [
    "Normalised: lines are a share of all; densities are kept to 0.001.",
    "正規化：回線は全体に対する割合で示し、密度は0.001の桁までとする。",
  ],
  ["Normalised: lines are a share of all.", "正規化：回線は全体に対する割合で示す。"],
];

/** What fewLinesNote names: a service and week, a row, a week; in what it is, where only a part of it is kept back. */
const item = "(?:(?:[Bb]roadband|[Mm]obile|[Cc]loud|\\d{4}-W\\d\\d)[^,]*(?:, without [^,]+)?)";

export const disclosurePatterns: readonly Pattern[] = [
  [/^Left out, being of fewer than (\d+) lines: (.+)\.$/, "$1回線に満たないため省いたもの：~2。"],
  [new RegExp(`^(${item}), (${item}(?:, ${item})*)$`), "~1、~2"],
  [new RegExp(`^(${item}): the (heaviest 10 %|heaviest 1 %|Gini coefficient)$`), "~1の~2"],
  [/^(\d{4}-W\d\d) by access$/, "$1の接続方式別"],
  [/^(broadband|mobile|cloud) (\d{4}-W\d\d) (IN|OUT)$/, "~1 $2 $3"],
  [
    /^A point's place is drawn by lot within its cell of (\S+) by (\S+) decades\.$/,
    "点の位置は、縦横それぞれ$1桁の区画の中で無作為に定めた。",
  ],
  [
    /^Cells of fewer than (\d+) lines are left out: (\S+ %) of the lines\.$/,
    "$1回線に満たない区画は省いた（回線の$2）。",
  ],
  [
    /^Normalised: OUT of the base month = 1, of each service by itself \((.*)\); the sampling error of the base is not in the intervals\.$/,
    "正規化：サービスごとに基準月のOUTを1とする（~1）。基準のサンプリング誤差は区間に含まない。",
  ],
  [/^((?:broadband|mobile|cloud) \d{4}-\d\d), (.+)$/, "~1、~2"],
  [/^(broadband|mobile|cloud) (\d{4}-\d\d)$/, "~1 $2"],
  [
    /^Normalised: the peak hour of (\S+) = 1, of each service by itself; the sampling error of the peak is not in the intervals\.$/,
    "正規化：サービスごとに$1のピークの1時間を1とする。ピークのサンプリング誤差は区間に含まない。",
  ],
];
