// An access server for the bench: real Accounting-Requests, signed before the clock starts, so many under way at a time;
// what is not answered in a second goes again. A response counts when its authenticator is right.
// Usage: load.ts HOST:PORT SECRET SESSIONS UNDER_WAY   Prints one line of JSON.
import { libc } from "../../../../packages/receive/src/ffi/libc.ts";
import { identifiers, NasPort } from "./nas.ts";
import { placeOf, requestOf, turns } from "./requests.ts";

const patienceMs = 1000;
/** Without any response for so long the run is over. */
const silenceMs = 20_000;

const [endpoint, secretText, sessionsText, underWayText] = process.argv.slice(2);
const [host, port] = endpoint.split(":");
const sessions = Number(sessionsText);
const underWay = Number(underWayText);
const total = sessions * turns.length;
const portCount = Math.ceil(underWay / identifiers);
const secret = new TextEncoder().encode(secretText);
const startMs = Math.floor(Date.now() / 1000) * 1000 - 7_200_000;

const requests: Uint8Array[][] = Array.from({ length: portCount }, () => []);
for (let index = 0; index < total; index++) {
  const { session, turn } = placeOf(index, sessions);
  const own = requests[index % portCount];
  own.push(requestOf(session, turn, own.length % identifiers, startMs, secret));
}
const ports = requests.map((own) => new NasPort(host, Number(port), secret, own));

/** Latencies in steps of a tenth of a millisecond, up to 10 s. */
const latencies = new Uint32Array(100_001);
const cpuBefore = process.cpuUsage();
const started = performance.now();
let answered = 0;
let heard = started;
let lookedMs = started;
while (answered < total) {
  const now = performance.now();
  let moved = 0;
  // Ports keep step, so that a session's packets go out in their order whatever port they are of.
  const limit = Math.min(...ports.map((own) => own.answered)) + 2 * identifiers;
  for (const own of ports) {
    const came = own.receive(now, (ms) => latencies[Math.min(100_000, Math.round(10 * ms))]++);
    moved += came + own.send(Math.ceil(underWay / portCount), limit, now);
    if (came > 0) heard = now;
  }
  answered = ports.reduce((sum, own) => sum + own.answered, 0);
  if (now - heard > silenceMs) break;
  if (now - lookedMs > 100) {
    lookedMs = now;
    for (const own of ports) own.sendAgain(patienceMs, now);
  }
  if (moved === 0) libc().poll(0, 0, 1);
}
const seconds = (heard - started) / 1000;
const cpu = process.cpuUsage(cpuBefore);

for (const own of ports) own.close();

function percentile(share: number): number {
  let left = answered * share;
  let step = 0;
  while (step < 100_000 && (left -= latencies[step]) > 0) step++;
  return step / 10;
}
console.log(
  JSON.stringify({
    packets: total,
    answered,
    seconds,
    resent: ports.reduce((sum, own) => sum + own.resent, 0),
    unexpected: ports.reduce((sum, own) => sum + own.unexpected, 0),
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    p50Ms: percentile(0.5),
    p99Ms: percentile(0.99),
    p999Ms: percentile(0.999),
  }),
);
