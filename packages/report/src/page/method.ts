/** Notes on method, short: what a reader must know to quote a number. The whole method is in the documentation. */
import type { Report } from "@ishizue/analysis";
import { markup, type Markup } from "../markup/markup.ts";

export function methodSection(report: Report): Markup {
  return markup`<section class="chapter" aria-labelledby="method">
<h2 id="method">Notes on method</h2>
<dl class="method">
<div><dt>Line</dt><dd>One broadband access contract or one mobile number. A household with PPPoE and IPoE is two lines. Usage tables hold consumer lines, port tables consumer and business lines.</dd></div>
<div><dt>IN and OUT</dt><dd>Seen from the provider, always: IN goes from a line to the provider (upload), OUT goes to a line (download). Octets are layer-3 octets.</dd></div>
<div><dt>Week</dt><dd>Monday 00:00 to Sunday 24:00, ${report.timeZone}. Daily usage is the week's octets divided by seven.</dd></div>
<div><dt>Estimates</dt><dd>Routers look at one packet in N. A record of <i>b</i> octets stands for <i>N·b</i>. A record whose N is not known is counted, and left out of every estimate.</dd></div>
<div><dt>Intervals</dt><dd>95 %, from the variance of sampling, <i>N(N−1)·Σb²</i>: what another sample of the same packets could have said. They do not hold what was lost on the way or has no line. ±&lt;0.1 is an interval that rounds to nothing.</dd></div>
<div><dt>Reliability floor</dt><dd>The daily usage below which one line's own estimate has a relative standard error above 30 %. Below it the shape of a density is partly the sampling's.</dd></div>
<div><dt>Correction</dt><dd>How many packets of a line are sampled is a matter of chance. The corrected density is the one that, sampled so, would best give the packets that were counted; its band is a bootstrap over lines. Plain and corrected stand side by side.</dd></div>
<div><dt>Mean, median, mode</dt><dd>Of lines, each line once. The density is taken over the logarithm of octets a day in bins of 0.05; the mode is the bin of its highest point, or the middle of the hump where that point is off it.</dd></div>
<div><dt>Concentration</dt><dd>Lines ranked in each direction by itself. Gini: 0 when all lines are alike, 1 when one line has everything.</dd></div>
<div><dt>Port</dt><dd>The smaller of source and destination port, TCP and UDP; % of all octets, IN and OUT together.</dd></div>
<div><dt>Knowledge time</dt><dd>Which lines a table counts is taken as known at the time in the title block; to which line traffic is credited, as known when its records came in, or by the last re-attribution before the knowledge time where what the ledger learned later said otherwise. The same flows at the same knowledge time give this report again, byte for byte.</dd></div>
<div><dt>Numbers of tables and figures</dt><dd>Those of the method; letters mark what the method does not number.</dd></div>
</dl>
</section>
`;
}
