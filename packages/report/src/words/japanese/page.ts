/** Sentences of the page itself in Japanese: title block, links, and what stands where something is missing. */
import { MONTHS } from "../../week/week.ts";
import type { Pattern, Phrase } from "../translate.ts";

const dates: readonly Pattern[] = MONTHS.flatMap((month, index): Pattern[] => {
  const number = index + 1;
  return [
    [new RegExp(`^(\\d+) ${month} (\\d{4})$`), `$2年${number}月$1日`],
    [new RegExp(`^(\\d+)–(\\d+) ${month} (\\d{4})$`), `$3年${number}月$1日〜$2日`],
    [
      new RegExp(`^(\\d+) ${month} – (\\d+) ${MONTHS[number % 12]} (\\d{4})$`),
      `$3年${number}月$1日〜${(number % 12) + 1}月$2日`,
    ],
    [new RegExp(`^(\\d+) ${month} (\\d{4}), ([\\d:]+ UTC)$`), `$2年${number}月$1日 $3`],
    [new RegExp(`^${month} (\\d{4})$`), `$1年${number}月`],
  ];
});

const numbering: readonly Pattern[] = [
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
  [/^Table (\w+)$/, "表$1"],
  [/^Figure (\w+)$/, "図$1"],
  [/^(Table \w+|Figure \w+) and ((?:Table|Figure) .+)$/, "~1と~2"],
  [/^The notes of (.+) hold here too\.$/, "~1の注はここにも当てはまる。"],
  [/^([^<]+) <small>([^<]+)<\/small>$/, "~1 <small>~2</small>"],
];

/** Week and its place in the school year, as in the table of weeks. */
const weeks: readonly Pattern[] = [
  [/^((?:first|second|third) term|\w+ holidays), week (\d+)$/, "~1 第$2週"],
  [/^(.+), week (\d+)$/, "$1 第$2週"],
  [/^(\d{4}-W\d\d) \(short\)$/, "$1（不足）"],
  [/^Terms and holidays are those of the calendar of (.+)\.$/, "学期と祝日は~1の暦による。"],
];

const files: readonly Pattern[] = [
  [/^exporter (\d+)$/, "エクスポータ$1"],
  [/^(<a href="tables\/.*<\/a>) (Table .+)$/, "$1 ~2"],
  [/^(<a href="figures\/.*<\/a>) (Figure .+)$/, "$1 ~2"],
  [/^(<a href="report(?:\.ja)?\.pdf".*<\/a>) (.+)$/, "$1 ~2"],
  [/^(<a href="report\.json".*<\/a>) everything in this report, (\S+)$/, "$1 このレポートの全内容、$2"],
  [/^Written by (.+), seed (\d+)\.$/, "作成：$1、乱数の種：$2。"],
  [/^Period (\S+) to (\S+)\.$/, "期間：$1〜$2。"],
];

const summaries: readonly Pattern[] = [
  [
    /^(\S+ %) of the octets counted at the edge in (\S+) are credited to a line\.$/,
    "$2にエッジで計数したオクテットのうち、$1について回線を特定できた。",
  ],
  [
    /^Nothing in (\S+) could be credited to a line: .+ <code>(.+)<\/code> .+\.$/,
    "$1は、見られたアドレスの割り当てが台帳になく、回線を特定できたトラフィックがない。トラフィックを受信または再生する前に<code>$2</code>で割り当てを取り込んでから、レポートを作り直す。",
  ],
  [
    /^That was decided as the records came in, .+ as known at (.+), and it has no consumer line with a lease in this week\.$/,
    "これは、レコードの受信時、または後に台帳が改まった時点の台帳による。一方、表が対象とする回線は~1時点の台帳により、この週に割り当てのあった個人の回線はない。",
  ],
  [/^Records came in (\S+ %) of the week's hours\.$/, "週の時間の$1でレコードを受信した。"],
  [
    /^No other week is compared with: the tables and figures show (\S+) alone\.$/,
    "比較対象の週はなく、表と図は$1だけを示す。",
  ],
  [/^Give one with <code>(.+)<\/code>\.$/, "比較するには<code>$1</code>で週を指定する。"],
  [
    /^<span class="big">(.+) <small class="ci">no data<\/small>(.*)$/,
    '<span class="big">$1 <small class="ci">データなし</small>$2',
  ],
  [
    /^<span class="big">(.+) <small class="ci">too few lines<\/small>(.*)$/,
    '<span class="big">$1 <small class="ci">回線が少ないため非表示</small>$2',
  ],
];

const alerts: readonly Pattern[] = [
  [
    /^<strong>No data\.<\/strong> No flow record of (\S+) was received, .+ <a href="#quality">[^<]+<\/a>\.$/,
    '<strong>データなし。</strong>$1のフローレコードを受信しておらず、報告する内容がない。<a href="#quality">計測範囲とデータの品質</a>を参照。',
  ],
  [
    /^<strong>Few hours\.<\/strong> Records came in (\S+ %) of the week's hours: .+$/,
    "<strong>計測時間の不足。</strong>レコードを受信したのは週の時間の$1にとどまる。1日の利用量は計測したオクテットを7で割った値であり、実際より小さい。",
  ],
  [
    /^<strong>Below the floor\.<\/strong> Nothing of the traffic of (\S+) could be credited to a line; the operator's floor is (\S+ %)\..+$/,
    '<strong>下限を下回る。</strong>$1のトラフィックには回線を特定できたものがない（運用者の定めた下限は$2）。回線ごとの数値は暫定とし、<a href="#quality">計測範囲とデータの品質</a>を参照。',
  ],
  [
    /^<strong>Below the floor\.<\/strong> (?:Only )?(.+) of the traffic of (\S+) could be credited to a line; the operator's floor is (\S+ %)\..+$/,
    '<strong>下限を下回る。</strong>$2のトラフィックのうち回線を特定できたのは$1で、運用者の定めた下限$3を下回る。回線ごとの数値は暫定とし、<a href="#quality">計測範囲とデータの品質</a>を参照。',
  ],
];

const importLeases =
  "トラフィックを受信または再生する前に<code>ishizue import leases FILE</code>で割り当てを取り込む。";

const missing: readonly Pattern[] = [
  [
    /^No flow record of (\S+) was received\. .+$/,
    "$1のフローレコードを受信していない。ルータのフローの送信先をコレクタに向けるか、その週のキャプチャを再生してから、レポートを作り直す。",
  ],
  [
    /^No consumer (broadband) line held a lease in .+$/,
    `このレポートの週に割り当てのあった個人の~1回線はない。${importLeases}`,
  ],
  [
    /^No consumer (mobile) line held a lease in .+$/,
    `このレポートの週に割り当てのあった個人の~1回線はない。モバイル回線がある場合は、${importLeases}回線の一覧（<code>ishizue import lines FILE</code>）でモバイルとされた回線がモバイル回線となる。`,
  ],
  [
    /^No (broadband) traffic with ports was counted .+$/,
    "このレポートの週に、ポート番号のある~1トラフィックは計数されなかった。ポート番号は、役割が<code>edge</code>のエクスポータが送るフローレコードのうち、回線を特定できたものから得られる。",
  ],
  [
    /^No (mobile) traffic with ports was counted .+$/,
    `このレポートの週に、ポート番号のある~1トラフィックは計数されなかった。モバイル回線がある場合は、${importLeases}`,
  ],
  [
    /^No traffic of any month is credited to lines yet, .+$/,
    `回線を特定できた月のトラフィックがまだないため、推移は描かない。${importLeases}`,
  ],
  [
    /^Concentration needs lines with octets, .+$/,
    `集中度を求めるにはトラフィックのある回線が必要だが、1回線もない。${importLeases}`,
  ],
];

const standing: readonly Phrase[] = [
  ["Growth year on year cannot be told yet.", "前年からの増減はまだ述べられない。"],
  ["this report on A4", "このレポートのA4版"],
  ["No exporter sent anything in this week.", "この週に送信したエクスポータはない。"],
  [
    "There is no record of any hour of this week, so there is no coverage to draw.",
    "この週のどの時間にもレコードがないため、計測範囲の図は描かない。",
  ],
  [
    "No traffic of lines was counted from Monday to Friday in the weeks of this report.",
    "このレポートの週の月曜から金曜に、回線を特定できたトラフィックは計数されなかった。",
  ],
  [
    "No line lies inside the window of the density, 10 kB to 100 GB a day, so none is drawn.",
    "1日10 kBから100 GBまでの範囲に入る回線がないため、密度は描かない。",
  ],
  [
    "Too few lines: what the heaviest of them use says something from ten lines on, the heaviest 1 % from a hundred. The usage of these few is in the tables above.",
    "回線が少なすぎる。利用量上位の割合は10回線以上、上位1%の割合は100回線以上で意味を持つ。これらの回線の利用量は上の表に示す。",
  ],
  [
    "Beside this page lie its numbers, unrounded, with lower and upper bounds and units, and its figures as they are drawn here.",
    "このページの数値（丸める前の値と上下限、単位）と図は、次のファイルにもある。データファイルの列名と見出しは、言語によらず英語とする。",
  ],
  [
    "For paper, print this page from a browser: A4, without the browser's own heads and feet; the report brings its own.",
    "紙に出力するには、ブラウザからA4で、ブラウザのヘッダーとフッターを付けずに印刷する。柱とページ番号はレポートに含まれる。",
  ],
  [
    "Counts are exact; amounts of octets are estimates from samples, with their 95 % interval.",
    "個数は正確な値、オクテットはサンプリングからの推定値で、95%信頼区間を添える。",
  ],
  [
    "Shares: of messages (lost and dropped: of those sent), of records decoded, of octets counted at the edge.",
    "割合の母数は、受信したメッセージ（損失と破棄は送信されたもの）、復号したレコード、エッジで計数したオクテット。",
  ],
  ["Lines: consumer lines with a lease in the week.", "回線数は、その週に割り当てのあった個人の回線の数。"],
  [
    "A week of which under 95 % of the hours were seen is short: its sums are too small, and growth from or to it is not told.",
    "計測した時間が95%に満たない週は「不足」とする。合計が実際より小さいため、その週との増減は述べない。",
  ],
];

export const pagePhrases: readonly Phrase[] = standing;
export const pagePatterns: readonly Pattern[] = [
  ...dates,
  // Over the end of a year.
  [/^(\d+ \w+ \d{4}) – (\d+ \w+ \d{4})$/, "~1〜~2"],
  ...alerts,
  ...numbering,
  ...weeks,
  ...files,
  ...summaries,
  ...missing,
];
