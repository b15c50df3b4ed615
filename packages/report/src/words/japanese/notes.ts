/** What the analyses say under their tables and figures, in Japanese. */
import type { Pattern, Phrase } from "../translate.ts";

const population: readonly Phrase[] = [
  [
    "IN is from the line to the provider (upload), OUT is to the line (download).",
    "INは回線から事業者への方向（アップロード）、OUTは回線への方向（ダウンロード）。",
  ],
  [
    "Consumer lines with a lease during the week, those without octets among them; ranked in each direction by itself.",
    "その週に割り当てのあった個人の回線。トラフィックのない回線を含む。順位は方向ごとに付ける。",
  ],
  [
    "Share of all octets, IN and OUT together, of consumer and business lines.",
    "個人と法人の回線の、INとOUTを合わせた全オクテットに対する割合。",
  ],
  ["Port: the smaller of source and destination port.", "ポートは、送信元ポートと宛先ポートのうち小さい方。"],
  [
    "IN and OUT together, consumer and business lines, by the hour.",
    "INとOUTの合計、個人と法人の回線、1時間ごとの値。",
  ],
];

const apart: readonly Phrase[] = [
  [
    "A household with PPPoE and IPoE is two lines, one of each.",
    "PPPoEとIPoEの両方を使う世帯は、それぞれ1回線の計2回線と数える。",
  ],
  [
    "The lines of each access are ranked, and corrected for sampling, by themselves.",
    "順位とサンプリングの補正は接続方式ごとに行う。",
  ],
  ["Lines whose access is not known count as PPPoE.", "接続方式が不明な回線はPPPoEに数える。"],
];

const usage: readonly Phrase[] = [
  ["1 MB is 10^6 octets.", "1 MBは10^6オクテット。"],
  [
    "Mean and median are over all lines, those without octets in the direction among them.",
    "平均値と中央値は、その方向のトラフィックがない回線を含む全回線から求める。",
  ],
  [
    "Mode: the bin of 0.05 in log10(octets/day) in the middle of the density's hump; the highest bin is beside it.",
    "最頻値は、1日のオクテットの常用対数を0.05刻みとした分布で、山の中央に当たる階級。最大の階級を併記する。",
  ],
  [
    "Its interval names the bins that sampling noise moves it to.",
    "その区間は、サンプリングの揺らぎで動きうる階級の範囲を示す。",
  ],
  [
    "Corrected: the distribution of true usage that the sampled packet counts are likeliest under.",
    "補正後は、サンプリングされたパケット数を最もよく説明する、真の利用量の分布による。",
  ],
  [
    "Sampling gives a line a multiple of one packet's worth; the plain numbers have that in them.",
    "サンプリングによる推定値は1パケット分の整数倍になり、補正前の値にはその影響が含まれる。",
  ],
  [
    "Means are not shifted by sampling: plain and corrected are one.",
    "平均値はサンプリングによって偏らないため、補正の前後で変わらない。",
  ],
  [
    "An interval of a plain number is that of the corrected one, reaching out to the plain number.",
    "補正前の値の区間は、補正後の区間を補正前の値まで広げたもの。",
  ],
  [
    "Density of log10(octets/day) in bins of 0.05 over the lines with octets in the direction; lines without are a count.",
    "その方向のトラフィックがある回線について、1日のオクテットの常用対数を0.05刻みとした密度。トラフィックのない回線は数で示す。",
  ],
  [
    "Under the reliability floor one line's estimate has a relative standard error above 30 %: the curve's shape there is partly the sampler's.",
    "信頼性の下限を下回ると1回線の推定値の相対標準誤差が30%を超え、曲線の形にサンプリングの影響が混じる。",
  ],
  [
    "A line's place has the sampling error of that line alone.",
    "点の位置には、その回線1本分のサンプリング誤差がある。",
  ],
];

const usagePatterns: readonly Pattern[] = [
  [
    /^Consumer (\w+) lines with a lease during the week, one row a line; a line's daily usage is its week divided by 7\.$/,
    "その週に割り当てのあった個人の~1回線を1回線ずつ数える。1日の利用量は1週間の量を7で割った値。",
  ],
  [
    /^95 % intervals are of packet sampling alone, from (\d+) bootstrap replicates \(means: from the variance sums\)\.$/,
    "95%信頼区間はパケットのサンプリングだけによるもので、$1回のブートストラップから求めた（平均値は分散の和から）。",
  ],
  [
    /^95 % intervals are of packet sampling alone, from (\d+) to (\d+) bootstrap replicates \(means: from the variance sums\)\.$/,
    "95%信頼区間はパケットのサンプリングだけによるもので、$1〜$2回のブートストラップから求めた（平均値は分散の和から）。",
  ],
  [
    /^95 % intervals are of packet sampling alone, from bootstrap replicates \(means: from the variance sums\)\.$/,
    "95%信頼区間はパケットのサンプリングだけによるもので、ブートストラップから求めた（平均値は分散の和から）。",
  ],
  [/^Weeks of fewer than (\d+) lines are left out\.$/, "$1回線に満たない週は省く。"],
  [
    /^(\d+) of (\d+) lines with octets in both directions, drawn by lot; log10 of octets a day\.$/,
    "両方向のトラフィックがある$2回線から無作為に選んだ$1回線。軸は1日のオクテットの常用対数。",
  ],
  [
    /^Lines with octets in both directions, drawn by lot; log10 of octets a day\.$/,
    "両方向のトラフィックがある回線から無作為に選んだもの。軸は1日のオクテットの常用対数。",
  ],
  [
    /^Too few lines for the heaviest 1 %, given from (\d+) lines on: (.+)\.$/,
    "回線が少なく上位1%を示さないもの（$1回線以上で示す）：~2。",
  ],
  [
    /^Too few lines for the heaviest 10 %, the Gini coefficient and a Lorenz curve, given from (\d+) lines on: (.+)\.$/,
    "回線が少なく上位10%、ジニ係数、ローレンツ曲線を示さないもの（$1回線以上で示す）：~2。",
  ],
  [/^((?:Broadband|Mobile|Cloud) \S+ \(\d+\)), (.+)$/, "~1、~2"],
  [/^(Broadband|Mobile|Cloud) (\S+) \((\d+)\)$/, "~1 $2（$3回線）"],
];

const ports: readonly Pattern[] = [
  [
    /^Of (PPPoE|IPoE) lines alone; the ports shown are those of all lines\.$/,
    "$1の回線だけの割合。示したポートは全回線の表と同じ。",
  ],
  [
    /^Shown are ports with (\S+ %) or more in any of the weeks\.$/,
    "いずれかの週に$1以上を占めたポートを示す。",
  ],
  [/^(\d+) more such ports are not shown\.$/, "ほかに該当する$1ポートは示していない。"],
  [
    /^The peak hour of the total of (\S+) is 1; the sampling error of that peak itself is not in the intervals\.$/,
    "$1の合計のピークの1時間を1とする。ピーク自体のサンプリング誤差は区間に含まない。",
  ],
  [/^Left out, by the operator's choice: (\S+) \((.+)\)\.$/, "運用者の指定により除いたもの：$1（~2）。"],
  [
    /^Left out, as its exporters give no ports: (\S+) \((.+)\)\.$/,
    "エクスポータがポート番号を送らないため除いたもの：$1（~2）。",
  ],
  [/^(\S+ % of octets in \S+), (.+)$/, "~1、~2"],
  [/^(\S+ %) of octets in (\S+)$/, "$2のオクテットの$1"],
];

const months: readonly Phrase[] = [
  [
    "Mean rate of the hours of a calendar month in which anything was counted, octets credited to lines.",
    "回線を特定できたオクテットの、計数のあった時間についての月平均速度。",
  ],
  ["Months without any are left open.", "計数のない月は空けてある。"],
  [
    "Mean rate of a calendar month over that of the same month a year before.",
    "月平均速度の、前年同月に対する増減率。",
  ],
  ["95 % intervals are of packet sampling alone.", "95%信頼区間はパケットのサンプリングだけによる。"],
  [
    "Mean over Monday to Friday of each hour, holidays among them, of the hours in which anything was counted.",
    "月曜から金曜（祝日を含む）の各時間の平均。計数のあった時間だけから求める。",
  ],
];

const monthPatterns: readonly Pattern[] = [
  [
    /^Months that were not, or not wholly, counted \(under 95 % of their hours\): (.+) and (\d+) more\.$/,
    "計数のない、または時間の95%未満しか計数していない月：~1、ほか$2か月。",
  ],
  [
    /^Months that were not, or not wholly, counted \(under 95 % of their hours\): (.+)\.$/,
    "計数のない、または時間の95%未満しか計数していない月：~1。",
  ],
  [/^(\d{4}-\d\d), (\d{4}-\d\d.*)$/, "$1、~2"],
  [/^Nothing of (\S+) is kept: no growth is told from it\.$/, "$1の記録はなく、この月との増減は述べない。"],
  [
    /^Of (\S+) (\d+) of (\d+) hours were counted, under 95 %: no growth is told from it\.$/,
    "$1は$3時間のうち$2時間しか計数しておらず（95%未満）、この月との増減は述べない。",
  ],
  [
    /^Of (\S+) (\d+) of (\d+) hours were counted, under 95 %: growth is told up to (\S+), the last month wholly counted\.$/,
    "$1は$3時間のうち$2時間しか計数していないため（95%未満）、増減はすべて計数した最後の月である$4までについて述べる。",
  ],
];

const absent: readonly Pattern[] = [
  [
    /^No consumer (\w+) line held a lease: (\S+) and (\S+) are left out\.$/,
    "割り当てのあった個人の~1回線がないため、~2と~3は省く。",
  ],
  [
    /^No (\w+) traffic with ports: (\S+) and (\S+) are left out\.$/,
    "ポート番号のある~1トラフィックがないため、~2と~3は省く。",
  ],
  [/^No (\w+) traffic in (\S+): (\S+) is left out\.$/, "$2に~1トラフィックがないため、~3は省く。"],
  [/^table-(\d)$/, "表$1"],
  [/^fig-(\d)$/, "図$1"],
];

export const notePhrases: readonly Phrase[] = [...population, ...apart, ...usage, ...months];
export const notePatterns: readonly Pattern[] = [...usagePatterns, ...ports, ...monthPatterns, ...absent];
