/** The report in Japanese: sentences with numbers in them as patterns; fixed ones are in `japanese-phrases.ts`. */
import { MONTHS } from "../week/week.ts";
import { japanesePhrases } from "./japanese-phrases.ts";
import type { Pattern, Phrasebook } from "./translate.ts";

const dates: readonly Pattern[] = MONTHS.flatMap((month, index): Pattern[] => {
  const number = index + 1;
  return [
    [new RegExp(`^(\\d+) ${month} (\\d{4})$`), `$2年${number}月$1日`],
    [new RegExp(`^(\\d+)–(\\d+) ${month} (\\d{4})$`), `$3年${number}月$1日〜$2日`],
    [new RegExp(`^(\\d+) ${month}$`), `${number}月$1日`],
    [new RegExp(`^(\\d+) ${month} (\\d{4}), ([\\d:]+ UTC)$`), `$2年${number}月$1日 $3`],
  ];
});

const service = "(broadband|mobile|cloud|Broadband|Mobile|Cloud)";
const direction = "(IN|OUT)";

const patterns: readonly Pattern[] = [
  ...dates,
  [/^(\d+ \w+(?: \d{4})?) – (\d+ \w+ \d{4})$/, "~1〜~2"],
  [/^Broadband traffic report, week (\S+) \((.+)\)$/, "ブロードバンドトラフィックレポート $1（~2）"],
  [/^Week (\S+) <span>(.+)<\/span>$/, "$1 <span>~2</span>"],
  [/^(\d{4}-W\d\d) \(([^()]+)\)$/, "$1（~2）"],
  [/^(\d{4}-W\d\d) \(([^()]+)\), (.+)$/, "$1（~2）、~3"],
  [/^(<a href="#\w+">)(<span class="number">\d<\/span> )?([^<]+)<\/a>$/, "$1$2~3</a>"],
  [/^(<span class="number">\d<\/span>) ([^<]+)$/, "$1 ~2"],
  [/^<b>Table (\w+)\.<\/b> (.+)$/, "<b>表$1</b> ~2"],
  [/^<b>Figure (\w+)\.<\/b> (.+)$/, "<b>図$1</b> ~2"],
  [/^Table (\w+): (.+)$/, "表$1：~2"],
  [/^Table (\w+), (.+)$/, "表$1、~2"],
  [/^Figure (\w+), (.+)$/, "図$1、~2"],
  [/^(<a href="tables\/.*<\/a>) (Table .+)$/, "$1 ~2"],
  [/^(<a href="figures\/.*<\/a>) (Figure .+)$/, "$1 ~2"],
  [/^(<a href="report(?:\.ja)?\.pdf".*<\/a>) (.+)$/, "$1 ~2"],
  [/^(<a href="report\.json".*<\/a>) everything in this report, (\S+)$/, "$1 このレポートのすべて、$2"],
  [/^([^<]+) <small>([^<]+)<\/small>$/, "~1 <small>~2</small>"],
  [/^The notes of (.+) hold here too\.$/, "~1の注はここにも当てはまる。"],
  [/^(Table \w+|Figure \w+) and (Table \w+|Figure \w+)$/, "~1と~2"],
  [/^Table (\w+)$/, "表$1"],
  [/^Figure (\w+)$/, "図$1"],
  [/^Mon (\d+)$/, "$1（月）"],
  [/^Tue (\d+)$/, "$1（火）"],
  [/^Wed (\d+)$/, "$1（水）"],
  [/^Thu (\d+)$/, "$1（木）"],
  [/^Fri (\d+)$/, "$1（金）"],
  [/^Sat (\d+)$/, "$1（土）"],
  [/^Sun (\d+)$/, "$1（日）"],
  [/^received, estimated, (.+)$/, "受信量（推定）、$1"],
  [/^floor (.+ %)$/, "下限 $1"],
  [/^mean rate, relative to the base$/, "平均速度（基準に対する比）"],
  [/^mean rate, (.+)$/, "平均速度、$1"],
  [
    /^(\S+ %) of the octets counted at the edge in (\S+) are credited to a line\.$/,
    "$2にエッジで数えたオクテットの$1について回線が判明した。",
  ],
  [/^Records came in (\S+ %) of the week's hours\.$/, "レコードがあったのは週の時間の$1。"],
  [
    /^(\S+) records of unknown sampling interval are left out of every estimate\.$/,
    "サンプリング間隔が不明な$1レコードは推定に含めない。",
  ],
  [
    /^(\S+ %) of the records stand for more than one packet: the variance of these is a lower bound\.$/,
    "レコードの$1は2パケット以上を表し、その分散は下限値である。",
  ],
  [/^Terms and holidays are those of the calendar of (.+)\.$/, "学期と祝日は$1の暦による。"],
  [/^first term, week (\d+)$/, "1学期 第$1週"],
  [/^second term, week (\d+)$/, "2学期 第$1週"],
  [/^third term, week (\d+)$/, "3学期 第$1週"],
  [/^(\d{4}-W\d\d) \(short\)$/, "$1（不足）"],
  [new RegExp(`^${direction} (?:without|w/o) (\\S+)$`), "$1（$2を除く）"],
  [new RegExp(`^${service} ${direction}, without (\\S+)$`), "~1 $2（$3を除く）"],
  [new RegExp(`^${service} ${direction}$`), "~1 $2"],
  [new RegExp(`^${service} (\\d{4}-W\\d\\d)$`), "~1 $2"],
  [new RegExp(`^Daily usage of a ${service} line$`), "~1回線の1日の利用量"],
  [
    new RegExp(`^Daily usage of a ${service} line, as sampled and corrected$`),
    "~1回線の1日の利用量（標本と補正）",
  ],
  [new RegExp(`^Daily usage of ${service} lines$`), "~1回線の1日の利用量の分布"],
  [new RegExp(`^IN against OUT of ${service} lines$`), "~1回線のINとOUT"],
  [new RegExp(`^Ports of ${service} traffic$`), "~1トラフィックのポート"],
  [new RegExp(`^Ports of ${service} traffic, (PPPoE|IPoE)$`), "~1トラフィックのポート（$2）"],
  [
    /^Of (PPPoE|IPoE) lines alone; the ports shown are those of all lines\.$/,
    "$1の回線だけのもの。示したポートは全回線の表と同じ。",
  ],
  [new RegExp(`^Ports of ${service} traffic over the week$`), "~1トラフィックのポート別1週間の推移"],
  [
    new RegExp(
      `^Consumer ${service} lines with a lease during the week, one row a line; a line's daily usage is its week divided by 7\\.$`,
    ),
    "その週に割り当てのあった個人の~1回線。1日の利用量は1週間の量を7で割ったもの。",
  ],
  [/^reliability floor (IN|OUT)(.*)$/, "信頼できる下限 $1$2"],
  [/^as sampled, (\S+)$/, "標本のまま、$1"],
  [/^(IN|OUT) a guess below (.+)$/, "$1：$2未満は推測"],
  [/^Solid: (\S+); dashed: (\S+?)\.$/, "実線：$1、破線：$2。"],
  [/^Solid: (\S+); dashed: (\S+); dotted: (.+)\.$/, "実線：$1、破線：$2、点線：$3。"],
  [/^Solid: (\S+?)\.$/, "実線：$1。"],
  [/^Lines that use nothing at all, as fitted: (.+)\.$/, "まったく利用のない回線（当てはめ）：$1。"],
  [/^Floors a day: (.+)\.$/, "1日の下限：$1。"],
  [/^Lines outside the window: (.+)\.$/, "範囲外の回線：$1。"],
  [
    /^Lines without octets, not drawn: (IN|OUT) (\S+) of (\S+), (IN|OUT) (\S+) of (\S+)\.$/,
    "オクテットがなく描いていない回線：$1 $3中$2、$4 $6中$5。",
  ],
  [/^Lines without octets, not drawn: (.+ %)\.$/, "オクテットがなく描いていない回線：$1。"],
  [
    /^Lines with octets in one direction only: (\S+), in none: (\S+); neither has a place here\.$/,
    "一方向だけの回線は$1、どちらもない回線は$2で、ここには描けない。",
  ],
  [
    /^(\d+) of (\d+) lines with octets in both directions, drawn by lot; log10 of octets a day\.$/,
    "両方向にオクテットのある$2回線から無作為に選んだ$1回線。1日のオクテットの常用対数。",
  ],
  [
    /^Left out, as its exporters give no ports: (.+)\.$/,
    "エクスポータがポートを示さないため除いたもの：$1。",
  ],
  [/^traffic of the hour, (\S+); peak of the total = 1$/, "1時間のトラフィック、$1、合計のピーク＝1"],
  [/^traffic, (\S+); peak = 1$/, "トラフィック、$1、ピーク＝1"],
  [
    /^IN and OUT together, consumer and business lines, by the hour; the peak hour of the total of (\S+) = 1\.$/,
    "INとOUTの合計、個人と法人の回線、1時間ごと。$1の合計のピーク＝1。",
  ],
  [/^Monday 00:00 to Sunday 24:00, (.+)\.$/, "月曜0時から日曜24時まで、$1。"],
  [/^Written by (.+), seed (\d+)\.$/, "$1が作成、シード$2。"],
  [/^Period (\S+) to (\S+)\.$/, "期間は$1から$2まで。"],
  [
    /^<span class="big">(.+) <small class="ci">no data<\/small>$/,
    '<span class="big">$1 <small class="ci">データなし</small>',
  ],
  [
    /^<span class="big">(.+) <small class="ci">too few lines<\/small>(.*)$/,
    '<span class="big">$1 <small class="ci">回線が少なすぎる</small>$2',
  ],
  [
    /^<strong>No data\.<\/strong> No flow record of (\S+) was received, so there is nothing to report; see <a href="#quality">[^<]+<\/a>\.$/,
    '<strong>データなし。</strong>$1のフローレコードは受信されず、報告する内容がない。<a href="#quality">観測範囲とデータの品質</a>を参照。',
  ],
  [
    /^<strong>Few hours\.<\/strong> Records came in (\S+ %) of the week's hours: .+$/,
    "<strong>時間の不足。</strong>レコードがあったのは週の時間の$1である。1日の利用量は観測したオクテットを7で割ったもので、小さすぎる。",
  ],
  [
    /^<strong>Below the floor\.<\/strong> (?:Only )?(.+) of the traffic of (\S+) could be credited to a line; the operator's floor is (\S+ %)\..+$/,
    '<strong>下限を下回る。</strong>$2のトラフィックのうち回線が判明したのは$1で、定めた下限は$3である。回線ごとの数値は暫定とし、<a href="#quality">観測範囲とデータの品質</a>を参照。',
  ],
  [
    /^No flow record of (\S+) was received\. .+$/,
    "$1のフローレコードは受信されなかった。ルータのフロー送信先をコレクタに向けるか、その週のキャプチャを再生してから、レポートを作り直す。",
  ],
  [
    new RegExp(`^No consumer ${service} line held a lease .+$`),
    "このレポートの週に割り当てのあった個人の~1回線はない。トラフィックを受信または再生する前に<code>ishizue import leases FILE</code>で割り当てを取り込む。",
  ],
  [
    new RegExp(`^No ${service} traffic with ports was counted .+$`),
    "このレポートの週に、ポートのある~1トラフィックは計数されなかった。",
  ],
  [
    /^No traffic of any month is credited to lines yet, .+$/,
    "回線が判明した月のトラフィックがまだないため、推移は描かない。トラフィックを受信または再生する前に<code>ishizue import leases FILE</code>で割り当てを取り込む。",
  ],
  [
    /^Concentration needs lines with octets, .+$/,
    "集中度にはオクテットのある回線が必要だが、1つもない。トラフィックを受信または再生する前に<code>ishizue import leases FILE</code>で割り当てを取り込む。",
  ],
];

/** What makes weeks and months hard to compare. */
const comparisons: readonly Pattern[] = [
  [
    /^(\S+) is a short week: (\S+ %) of its hours were seen, and its sums are of those\.$/,
    "$1は観測が不足する週で、観測した時間は$2、合計はその時間のものである。",
  ],
  [
    /^(\S+) lies in (first|second|third) term, (\S+) in (first|second|third) term\.$/,
    "$1は~2学期、$3は~4学期にある。",
  ],
  [/^first$/, "1"],
  [/^second$/, "2"],
  [/^third$/, "3"],
  [/^(\S+): (\S+ %) of the week's hours have data\.$/, "$1：週の時間の$2にデータがある。"],
  [
    /^Months that were not, or not wholly, counted \(under 95 % of their hours\): (.+)\.$/,
    "計数のない、または95 %未満の時間しか計数していない月：$1。",
  ],
  [/^Nothing of (\S+) is kept: no growth is told from it\.$/, "$1の記録はなく、増減は述べない。"],
  [
    /^Of (\S+) (\d+) of (\d+) hours were counted, under 95 %: no growth is told from it\.$/,
    "$1は$3時間のうち$2時間しか計数しておらず（95 %未満）、増減は述べない。",
  ],
];

/** What is said of a figure to those who do not see it. */
const descriptions: readonly Pattern[] = [
  [
    /^Estimated traffic and attributed share by hour of the week\.$/,
    "週の1時間ごとの推定トラフィックと、回線が判明した割合。",
  ],
  [/^(\d+) of (\d+) hours without records\.$/, "$2時間のうち$1時間はレコードなし。"],
  [
    /^Between (\S+ %) and (\S+ %) of an hour's octets had a line\.$/,
    "1時間のオクテットの$1から$2について回線が判明した。",
  ],
  [/^No octets had a line\.$/, "回線が判明したオクテットはない。"],
  [/^Mean rate of each calendar month by service and direction\.$/, "サービスと方向ごとの月平均速度。"],
  [
    /^(.+), (Broadband|Mobile|Cloud): (\S+) in (\S+), (\S+) in (\S+) \((.+)\)\.$/,
    "~2 ~1：$4は$3、$6は$5（$7）。",
  ],
  [/^Mean rate of each hour of the day over Monday to Friday\.$/, "月曜から金曜の各時間の平均速度。"],
  [
    /^(Broadband|Mobile|Cloud) (IN|OUT) (\S+): highest at (\S+), (\S+) \((.+)\)\.$/,
    "~1 $2 $3：最大は$4の$5（$6）。",
  ],
  [
    /^Density of daily octets per line on a logarithmic axis\.$/,
    "1回線1日あたりのオクテットの密度（対数軸）。",
  ],
  [
    /^(IN|OUT) (\S+): (\S+) lines, densest near (.+) a day; one line's estimate is uncertain by more than 30 % below (.+) a day\.$/,
    "$1 $2：$3回線、最も密なのは1日$4付近。1日$5未満では1回線の推定値の不確かさが30 %を超える。",
  ],
  [/^(IN|OUT) (\S+): (\S+) lines, densest near (.+) a day\.$/, "$1 $2：$3回線、最も密なのは1日$4付近。"],
  [/^(IN|OUT) (\S+): no line with octets\.$/, "$1 $2：オクテットのある回線なし。"],
  [
    /^IN against OUT of (\S+) of (\S+) lines in (\S+), on logarithmic axes\.$/,
    "$3の$2回線のうち$1回線のINとOUT（対数軸）。",
  ],
  [
    /^(\S+ %) of the lines drawn lie under the diagonal: they receive more than they send\.$/,
    "描いた回線の$1は対角線の下にあり、送信より受信が多い。",
  ],
  [
    /^Lorenz curves: share of octets against share of lines, lightest first\.$/,
    "ローレンツ曲線：少ない順に並べた回線の割合に対するオクテットの割合。",
  ],
  [/^(Broadband|Mobile|Cloud) (IN|OUT) (\S+): Gini (\S+)\.$/, "~1 $2 $3：ジニ係数$4。"],
  [
    /^Hourly traffic by port over a week, relative to the peak of the total\.$/,
    "1週間のポート別の毎時トラフィック（合計のピークに対する比）。",
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

export const japanese: Phrasebook = {
  phrases: japanesePhrases,
  patterns: [...patterns, ...comparisons, ...descriptions],
};
