/** The notes on method in Japanese. */
import type { Phrase } from "../translate.ts";

export const method: readonly Phrase[] = [
  ["Line", "回線"],
  ["One broadband access contract or one mobile number.", "ブロードバンドの1契約、またはモバイルの1番号。"],
  ["A household with PPPoE and IPoE is two lines.", "PPPoEとIPoEの両方を使う世帯は2回線と数える。"],
  [
    "Usage tables hold consumer lines, port tables consumer and business lines.",
    "利用量の表は個人の回線、ポート別の表は個人と法人の回線を集計したもの。",
  ],
  ["IN and OUT", "INとOUT"],
  [
    "Seen from the provider, always: IN goes from a line to the provider (upload), OUT goes to a line (download).",
    "常に事業者から見た方向を表す。INは回線から事業者への方向（アップロード）、OUTは回線への方向（ダウンロード）。",
  ],
  ["Octets are layer-3 octets.", "オクテットはレイヤ3で数える。"],
  ["Week", "週"],
  ["Daily usage is the week's octets divided by seven.", "1日の利用量は1週間のオクテットを7で割った値。"],
  ["Estimates", "推定"],
  [
    "Routers look at one packet in N. A record of <i>b</i> octets stands for <i>N·b</i>. A record whose N is not known is counted, and left out of every estimate.",
    "ルータはN個に1個の割合でパケットを調べるため、<i>b</i>オクテットのレコードは<i>N·b</i>オクテットを表す。Nが不明なレコードは件数だけを数え、推定には含めない。",
  ],
  ["Intervals", "信頼区間"],
  [
    "95 %, from the variance of sampling, <i>N(N−1)·Σb²</i>: what another sample of the same packets could have said. They do not hold what was lost on the way or has no line. ±&lt;0.1 is an interval that rounds to nothing.",
    "サンプリングの分散<i>N(N−1)·Σb²</i>から求めた95%信頼区間で、同じパケットを改めてサンプリングした場合にありうる範囲を示す。途中で失われたものや、回線を特定できないものの影響は含まない。±&lt;0.1は丸めると0になる区間を表す。",
  ],
  [
    "The daily usage below which one line's own estimate has a relative standard error above 30 %.",
    "1回線の推定値の相対標準誤差が30%を超える、1日の利用量の境界。",
  ],
  [
    "Below it the shape of a density is partly the sampling's.",
    "これを下回る範囲では、密度の形にサンプリングの影響が混じる。",
  ],
  ["Correction", "補正"],
  [
    "How many packets of a line are sampled is a matter of chance. The corrected density is the one that, sampled so, would best give the packets that were counted; its band is a bootstrap over lines. Plain and corrected stand side by side.",
    "ある回線から何個のパケットがサンプリングされるかは偶然に左右される。補正後の密度は、同じサンプリングのもとで実際に得られたパケット数を最もよく説明する密度であり、帯は回線についてのブートストラップによる。補正前と補正後の値を並べて示す。",
  ],
  ["Mean, median, mode", "平均値・中央値・最頻値"],
  [
    "Of lines, each line once. The density is taken over the logarithm of octets a day in bins of 0.05; the mode is the bin of its highest point, or the middle of the hump where that point is off it.",
    "各回線を等しく1と数えて求める。密度は1日のオクテットの常用対数を0.05刻みの階級に分けて取る。最頻値は密度が最大となる階級で、それが山の中央から外れる場合は山の中央の階級とする。",
  ],
  [
    "Lines ranked in each direction by itself. Gini: 0 when all lines are alike, 1 when one line has everything.",
    "順位は方向ごとに付ける。ジニ係数は、すべての回線の利用量が等しいとき0、1回線がすべてを占めるとき1となる。",
  ],
  ["Port", "ポート"],
  [
    "The smaller of source and destination port, TCP and UDP; % of all octets, IN and OUT together.",
    "TCPとUDPの送信元ポートと宛先ポートのうち小さい方。INとOUTを合わせた全オクテットに対する割合（%）で示す。",
  ],
  ["Knowledge time", "台帳の基準時刻"],
  [
    "Which lines a table counts is taken as known at the time in the title block; to which line traffic is credited, as known when its records came in, or by the last re-attribution before the knowledge time where what the ledger learned later said otherwise. The same flows at the same knowledge time give this report again, byte for byte.",
    "表が対象とする回線は、冒頭に記した時刻の台帳による。トラフィックをどの回線のものとするかは、レコードを受信した時点の台帳によるが、後から分かったことで訂正された場合は、基準時刻以前の最後の訂正による。同じフローと同じ基準時刻からは、1バイトも違わない同じレポートが得られる。",
  ],
  ["Numbers of tables and figures", "表と図の番号"],
  [
    "Those of the method; letters mark what the method does not number.",
    "数字は方法書に定めた番号、英字は方法書に番号のないもの。",
  ],
];
