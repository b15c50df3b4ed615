/** Words in figures, how to read them, and what is said of them to those who do not see them, in Japanese. */
import type { Pattern, Phrase } from "../translate.ts";

const drawn: readonly Phrase[] = [
  ["with a line, share of octets", "回線を特定できたオクテットの割合"],
  ["no records", "レコードなし"],
  ["no records this week", "この週のレコードなし"],
  ["Mon", "月"],
  ["Tue", "火"],
  ["Wed", "水"],
  ["Thu", "木"],
  ["Fri", "金"],
  ["Sat", "土"],
  ["Sun", "日"],
  ["M", "月"],
  ["density of lines, per decade of usage", "回線の密度（利用量1桁あたり）"],
  ["octets per line and day", "1回線1日あたりのオクテット"],
  ["corrected for sampling", "サンプリングの補正後"],
  ["IN, octets a day", "IN（オクテット／日）"],
  ["OUT, octets a day", "OUT（オクテット／日）"],
  ["octets", "オクテット"],
  ["lines, lightest first", "回線（利用量の少ない順）"],
  ["all alike", "均等な場合"],
  ["total", "合計"],
  ["each by itself, on its own scale:", "系列ごと（縦軸は個別）："],
  ["mean rate, relative to the base", "平均速度（基準に対する比）"],
  ["received, estimated, peak = 1", "受信量の推定値、ピーク＝1"],
];

const readings: readonly Phrase[] = [
  ["Shaded: hours without any record.", "網掛けはレコードのない時間。"],
  ["Above: received, an estimate.", "上段は受信量の推定値。"],
  ["Below: the share credited to a line.", "下段は回線を特定できた割合。"],
  [
    "Solid: OUT; dashed: IN; thin: without the access named.",
    "実線はOUT、破線はIN、細線は記した接続方式を除いたもの。",
  ],
  ["Solid: OUT; dashed: IN.", "実線はOUT、破線はIN。"],
  ["Each service has a scale of its own.", "縦軸はサービスごとに異なる。"],
  ["Bands: 95 % sampling interval.", "帯はサンプリングによる95%信頼区間。"],
  [
    "Shaded: months of which nothing, or under 95 % of the hours, was counted.",
    "網掛けは、計数のない、または時間の95%未満しか計数していない月。",
  ],
  ["The newer the week, the thicker its stroke.", "新しい週ほど線が太い。"],
  ["The area under a curve is 1.", "曲線の下の面積は1。"],
  [
    "Below: the density of true usage, fitted to the packets that were sampled, with its 95 % bootstrap band; thin: as sampled.",
    "下段は、サンプリングされたパケット数に当てはめた真の利用量の密度と、その95%ブートストラップ信頼帯。細線は補正前。",
  ],
  [
    "Where it is shaded a line is expected less than one sampled packet a week, and the curve is a guess.",
    "網掛けの範囲では、1回線からサンプリングされるパケットが週に1個未満と見込まれ、曲線は推測にとどまる。",
  ],
  [
    "Reliability floor: below it sampling leaves one line's estimate a relative standard error above 30 %, and the curve shows the sampling more than the lines.",
    "信頼性の下限を下回ると、1回線の推定値の相対標準誤差が30%を超え、曲線は回線よりもサンプリングの影響を表す。",
  ],
  [
    "A dot is a line; on the diagonal it sends as much as it receives.",
    "1点が1回線を表し、対角線上では送信量と受信量が等しい。",
  ],
  [
    "The further below the diagonal, the fewer lines make most of the traffic: Gini 0 is all alike, 1 is one line alone.",
    "対角線から下に離れるほど、少数の回線がトラフィックの多くを占める。ジニ係数は、すべて等しいとき0、1回線だけのとき1となる。",
  ],
  ["Below, each by itself on its own scale.", "下段は系列ごとに個別の縦軸で示す。"],
];

const service = "(broadband|mobile|cloud|Broadband|Mobile|Cloud)";
const direction = "(IN|OUT)";

const labels: readonly Pattern[] = [
  [/^Mon (\d+)$/, "$1（月）"],
  [/^Tue (\d+)$/, "$1（火）"],
  [/^Wed (\d+)$/, "$1（水）"],
  [/^Thu (\d+)$/, "$1（木）"],
  [/^Fri (\d+)$/, "$1（金）"],
  [/^Sat (\d+)$/, "$1（土）"],
  [/^Sun (\d+)$/, "$1（日）"],
  [/^received, estimated, (.+)$/, "受信量の推定値、$1"],
  [/^floor (.+ %)$/, "下限 $1"],
  [/^mean rate, (.+)$/, "平均速度、$1"],
  [/^reliability floor (IN|OUT)(.*)$/, "信頼性の下限 $1$2"],
  [/^as sampled, (\S+)$/, "補正前、$1"],
  [/^(IN|OUT) a guess below (.+)$/, "$1：$2未満は推測"],
  [/^traffic of the hour, (\S+); peak of the total = 1$/, "1時間ごとのトラフィック、$1、合計のピーク＝1"],
  [/^traffic, (\S+); peak = 1$/, "トラフィック、$1、ピーク＝1"],
  [new RegExp(`^${direction} (?:without|w/o) (\\S+)$`), "$1（$2を除く）"],
  [new RegExp(`^${service} ${direction}, without (\\S+)$`), "~1 $2（$3を除く）"],
  [new RegExp(`^${service} ${direction} without (\\S+)$`), "~1 $2（$3を除く）"],
  [new RegExp(`^${service} ${direction}$`), "~1 $2"],
  [new RegExp(`^${service} (\\d{4}-W\\d\\d)$`), "~1 $2"],
  [new RegExp(`^${direction} (.+)$`), "$1 ~2"],
  [/^([Mm]edian|[Mm]ode|[Hh]eaviest 10 %|[Hh]eaviest 1 %|Gini coefficient), plain$/, "~1（補正前）"],
  [/^([Mm]edian|[Mm]ode|[Hh]eaviest 10 %|[Hh]eaviest 1 %|Gini coefficient), corrected$/, "~1（補正後）"],
  [/^(.+), (messages|records|packets)$/, "~1（~2）"],
];

const titles: readonly Pattern[] = [
  [new RegExp(`^Daily usage of a ${service} line$`), "~1回線の1日の利用量"],
  [
    new RegExp(`^Daily usage of a ${service} line, as sampled and corrected$`),
    "~1回線の1日の利用量（サンプリングの補正前と補正後）",
  ],
  [new RegExp(`^Daily usage of ${service} lines$`), "~1回線の1日の利用量の分布"],
  [new RegExp(`^IN against OUT of ${service} lines$`), "~1回線のINとOUTの利用量"],
  [
    new RegExp(`^Daily usage of a ${service} line, PPPoE and IPoE apart$`),
    "~1回線の1日の利用量（PPPoEとIPoEの別）",
  ],
  [
    new RegExp(`^Daily usage of a ${service} line, PPPoE and IPoE apart, as sampled and corrected$`),
    "~1回線の1日の利用量（PPPoEとIPoEの別、サンプリングの補正前と補正後）",
  ],
  [
    new RegExp(`^Daily usage of ${service} lines, PPPoE and IPoE apart$`),
    "~1回線の1日の利用量の分布（PPPoEとIPoEの別）",
  ],
  [new RegExp(`^Ports of ${service} traffic, (PPPoE|IPoE)$`), "~1トラフィックのポート別割合（$2）"],
  [new RegExp(`^Ports of ${service} traffic$`), "~1トラフィックのポート別割合"],
  [new RegExp(`^Ports of ${service} traffic over the week$`), "~1トラフィックのポート別1週間の推移"],
];

const readingPatterns: readonly Pattern[] = [
  [/^Solid: (\S+); dashed: (\S+?)\.$/, "実線は$1、破線は$2。"],
  [/^Solid: (\S+); dashed: (\S+); dotted: (.+)\.$/, "実線は$1、破線は$2、点線は$3。"],
  [/^Solid: (\S+?)\.$/, "実線は$1。"],
  [
    /^Lines that use nothing at all, as fitted: (.+)\.$/,
    "まったく利用のない回線の割合（当てはめによる）：~1。",
  ],
  [/^Floors a day: (.+)\.$/, "1日の下限：~1。"],
  [/^Lines outside the window: (.+)\.$/, "範囲外の回線：~1。"],
  [/^Lines without octets, not drawn: (.+)\.$/, "トラフィックがなく、描いていない回線：~1。"],
  [/^((?:IN|OUT) .+), ((?:IN|OUT) .+)$/, "~1、~2"],
  [/^(IN|OUT) ([\d,]+) of ([\d,]+)$/, "$1 $3中$2"],
  [/^(IN|OUT) ([^(]+ %)(?: (±\S+|[\d.]+–[\d.]+))? \((.+)\)$/, "$1 $2{3 $3}（$4）"],
  [
    /^Lines with octets in one direction only: (\S+), in none: (\S+); neither has a place here\.$/,
    "一方向だけにトラフィックのある回線は$1、どちらにもない回線は$2で、これらは描いていない。",
  ],
  [/^Monday 00:00 to Sunday 24:00, (.+)\.$/, "月曜0時から日曜24時まで（$1）。"],
];

/** What is said of a figure to those who do not see it. */
const descriptions: readonly Pattern[] = [
  [
    /^Estimated traffic and attributed share by hour of the week\.$/,
    "週の1時間ごとの推定トラフィックと、回線を特定できた割合。",
  ],
  [/^(\d+) of (\d+) hours without records\.$/, "$2時間のうち$1時間はレコードなし。"],
  [
    /^Between (\S+ %) and (\S+ %) of an hour's octets had a line\.$/,
    "1時間のオクテットの$1から$2について回線を特定できた。",
  ],
  [/^No octets had a line\.$/, "回線を特定できたオクテットはない。"],
  [/^Mean rate of each calendar month by service and direction\.$/, "サービスと方向ごとの月平均速度。"],
  [
    /^(.+), (Broadband|Mobile|Cloud): (\S+) in (\S+), (\S+) in (\S+) \((.+)\)\.$/,
    "~2 ~1：$4は$3、$6は$5（~7）。",
  ],
  [/^relative to the base$/, "基準に対する比"],
  [/^Mean rate of each hour of the day over Monday to Friday\.$/, "月曜から金曜の各時間の平均速度。"],
  [
    /^(Broadband|Mobile|Cloud) (IN|OUT) (\S+): highest at (\S+), (\S+) \((.+)\)\.$/,
    "~1 $2 $3：最大は$4の$5（~6）。",
  ],
  [
    /^Density of daily octets per line on a logarithmic axis\.$/,
    "1回線1日あたりのオクテットの密度（対数軸）。",
  ],
  [
    /^(IN|OUT) (\S+): (?:(\S+) lines, )?densest near (.+) a day; one line's estimate is uncertain by more than 30 % below (.+) a day\.$/,
    "$1 $2{3、$3回線}：最も密なのは1日$4付近。1日$5未満では1回線の推定値の不確かさが30%を超える。",
  ],
  [
    /^(IN|OUT) (\S+): (?:(\S+) lines, )?densest near (.+) a day\.$/,
    "$1 $2{3、$3回線}：最も密なのは1日$4付近。",
  ],
  [/^(IN|OUT) (\S+): no line with octets\.$/, "$1 $2：トラフィックのある回線なし。"],
  [
    /^IN against OUT of (\S+)(?: of (\S+))? lines in (\S+), on logarithmic axes\.$/,
    "$3の$1回線のINとOUT（対数軸）。",
  ],
  [
    /^(\S+ %) of the lines drawn lie under the diagonal: they receive more than they send\.$/,
    "描いた回線の$1は対角線の下にあり、送信より受信が多い。",
  ],
  [
    /^Lorenz curves: share of octets against share of lines, lightest first\.$/,
    "ローレンツ曲線：利用量の少ない順に並べた回線の割合に対する、オクテットの割合。",
  ],
  [/^(Broadband|Mobile|Cloud) (IN|OUT) (\S+): Gini (\S+)\.$/, "~1 $2 $3：ジニ係数$4。"],
  [
    /^Hourly traffic by port over a week, relative to the peak of the total\.$/,
    "1週間のポート別トラフィックの1時間ごとの推移（合計のピークに対する比）。",
  ],
  [/^(\S+), (.+): highest on (\w+) at (\S+), (\S+)\.$/, "$1、~2：最大は~3$4の$5。"],
  [/^Monday$/, "月曜"],
  [/^Tuesday$/, "火曜"],
  [/^Wednesday$/, "水曜"],
  [/^Thursday$/, "木曜"],
  [/^Friday$/, "金曜"],
  [/^Saturday$/, "土曜"],
  [/^Sunday$/, "日曜"],
];

export const figurePhrases: readonly Phrase[] = [...drawn, ...readings];
export const figurePatterns: readonly Pattern[] = [...titles, ...readingPatterns, ...descriptions, ...labels];
