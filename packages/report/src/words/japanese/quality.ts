/** What the analyses say of the data's quality, and of what makes weeks hard to compare, in Japanese. */
import type { Pattern, Phrase } from "../translate.ts";

/** What makes weeks hard to compare. */
const comparisons: readonly Pattern[] = [
  [
    /^(\S+) is a short week: (\S+ %) of its hours were seen, and its sums are of those\.$/,
    "$1は計測時間の不足する週で、計測した時間は$2、合計はその時間のものである。",
  ],
  [/^(\S+) lies in (.+), (\d{4}-W\d\d) in (.+)\.$/, "$1は~2、$3は~4にある。"],
  [/^(\S+) has (.+) from Monday to Friday, (\S+) has (.+)\.$/, "月曜から金曜の祝日の数：$1は~2、$3は~4。"],
  [/^no holiday$/, "なし"],
  [/^one holiday$/, "1日"],
  [/^(\d+) holidays$/, "$1日"],
  [
    /^The population changed: (consumer|business) lines of (\w+) \((\S+)\) (grew|shrank) by (\S+ %) from (\S+) to (\S+)\.$/,
    "回線数の変化：~1の~2回線（$3）は$6から$7までに$5~4。",
  ],
  [
    /^The population changed: (consumer|business) lines of (\w+) (grew|shrank) by (\S+ %) from (\S+) to (\S+)\.$/,
    "回線数の変化：~1の~2回線は$5から$6までに$4~3。",
  ],
  [/^grew$/, "増加した"],
  [/^shrank$/, "減少した"],
  [
    /^(\S+) is not a whole number of hours from UTC, and the store keeps hours of UTC: (\S+) is counted from (\S+)\.$/,
    "$1とUTCの時差は1時間の整数倍でなく、記録はUTCの1時間ごとであるため、$2は$3から数える。",
  ],
  [/^Clocks change in (\S+): it has (\d+) hours\.$/, "$1には時刻の切り替えがあり、1週間は$2時間である。"],
  [
    /^Hours are by the clock on the wall; the one left out has no value\.$/,
    "時刻は現地の時計により、飛ばされた1時間に値はない。",
  ],
  [
    /^Hours are by the clock on the wall; the one that comes twice is the mean of both\.$/,
    "時刻は現地の時計により、2回ある1時間は両者の平均とする。",
  ],
];

export const qualityPhrases: readonly Phrase[] = [
  [
    "Estimated octets of the edge exporters' counted records, as a mean rate over the hour; hours in which nothing was received are left open.",
    "エッジのエクスポータの計数対象レコードから推定したオクテットの、1時間の平均速度。受信のない時間は空けてある。",
  ],
  [
    "No counted edge record of the week has an estimate: the attributed share is not known.",
    "この週に計数したエッジのレコードから推定できるものがなく、回線を特定できた割合は不明。",
  ],
  [
    "Lost by sequence: flows for NetFlow v5, messages for v9, data records for IPFIX, datagrams for sFlow.",
    "シーケンス番号による損失の単位は、NetFlow v5ではフロー、v9ではメッセージ、IPFIXではデータレコード、sFlowではデータグラム。",
  ],
  ["Malformed: messages, sets and records.", "不正なものは、メッセージ、セット、レコードの合計。"],
  [
    "One packet in: the sampling interval, weighted by octets.",
    "サンプリング間隔は、N個に1個のNを、オクテットで重み付けした平均。",
  ],
  [
    "Clock skew: the exporter's clock less the arrival time, mean over its messages.",
    "時計のずれは、エクスポータの時刻から到着時刻を引いた値の、メッセージについての平均。",
  ],
  [
    "Records are credited as was known when they came in, or by the last re-attribution before the knowledge time; the lines of the tables are those of the knowledge time.",
    "レコードの回線は受信時の台帳、または基準時刻以前の最後の訂正により、表の回線は基準時刻の台帳による。",
  ],
];

/** Counts are exact, or "some" where they are kept back. */
const counted: readonly Pattern[] = [
  [
    /^The attributed share, (\S+ %), is under the operator's floor of (\S+ %)\.$/,
    "回線を特定できた割合$1は、運用者の定めた下限$2を下回る。",
  ],
  [
    /^(\S+): the attributed share, (\S+ %), is under the operator's floor of (\S+ %)\.$/,
    "$1：回線を特定できた割合$2は、運用者の定めた下限$3を下回る。",
  ],
  [/^(\S+): (\S+ %) of the week's hours have data\.$/, "$1：週の時間の$2にデータがある。"],
  [
    /^Nothing was received in (\d+) of the week's (\d+) hours; what was sent then is in no number\.$/,
    "この週の$2時間のうち$1時間は何も受信しておらず、その間に送られたものはどの数値にも含まれない。",
  ],
  [
    /^In no estimate: what was lost by sequence, some numbers\.$/,
    "推定に含まれないもの：シーケンス番号から分かる損失。",
  ],
  [
    /^In no estimate: what was lost by sequence, ([\d,]+) numbers?\.$/,
    "推定に含まれないもの：シーケンス番号から分かる損失、$1番号分。",
  ],
  [
    /^In no estimate: (?:some|([\d,]+)) packets? dropped by the kernel\.$/,
    "推定に含まれないもの：カーネルが破棄したパケット{1、$1個}。",
  ],
  [
    /^In no estimate: (?:some|([\d,]+)) records? of unknown sampling interval \((\S+ %) of records\)\.$/,
    "推定に含まれないもの：サンプリング間隔が不明なレコード{1、$1件}（レコードの$2）。",
  ],
  [
    /^(\S+ %) of the records hold more than one sampled packet: their variance, and with it every interval, is a lower bound\.$/,
    "レコードの$1はサンプリングされたパケットを2個以上含むため、分散とすべての信頼区間は下限値である。",
  ],
  [
    /^Not shown: the ([\d,]+) exporters? with the fewest records\.$/,
    "レコードの少ない$1台のエクスポータは示していない。",
  ],
  [
    /^(\S+): counted as consumer broadband, as the list of lines does not have them: (?:some|([\d,]+)) lines? with a lease\.$/,
    "$1：回線の一覧にないため個人のブロードバンド回線として数えた、割り当てのある回線{2、$2回線}。",
  ],
  [
    /^(\S+): in no table over lines, for want of a lease in the week as known at the knowledge time: fewer than (\d+) lines with octets\.$/,
    "$1：基準時刻の台帳でこの週に割り当てがなく、回線の表に含まれない回線（$2回線未満）。",
  ],
  [
    /^(\S+): in no table over lines, for want of a lease in the week as known at the knowledge time: (?:some|([\d,]+)) lines? with (\S+ %) of all credited octets\.$/,
    "$1：基準時刻の台帳でこの週に割り当てがなく、回線の表に含まれない回線{2、$2回線}（回線を特定できた全オクテットの$3）。",
  ],
];

export const qualityPatterns: readonly Pattern[] = [...counted, ...comparisons];
