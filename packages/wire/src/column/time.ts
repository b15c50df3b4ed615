import { elementId as ie, type ElementId } from "../registry/name.ts";
import { chooseField } from "./choose.ts";
import { ntpMilliseconds, signed32, unsigned } from "./expression.ts";
import type { PlacedField } from "./layout.ts";

type TimeElements = {
  readonly milliseconds: ElementId;
  readonly microseconds: ElementId;
  readonly nanoseconds: ElementId;
  readonly seconds: ElementId;
  readonly deltaMicroseconds: ElementId;
  readonly sysUpTime: ElementId;
};

const start: TimeElements = {
  milliseconds: ie.flowStartMilliseconds,
  microseconds: ie.flowStartMicroseconds,
  nanoseconds: ie.flowStartNanoseconds,
  seconds: ie.flowStartSeconds,
  deltaMicroseconds: ie.flowStartDeltaMicroseconds,
  sysUpTime: ie.flowStartSysUpTime,
};

const end: TimeElements = {
  milliseconds: ie.flowEndMilliseconds,
  microseconds: ie.flowEndMicroseconds,
  nanoseconds: ie.flowEndNanoseconds,
  seconds: ie.flowEndSeconds,
  deltaMicroseconds: ie.flowEndDeltaMicroseconds,
  sysUpTime: ie.flowEndSysUpTime,
};

/**
 * Source of flowStartMs and flowEndMs; "0" where the layout gives no time.
 *
 * Absolute times go before times since the exporter's start. Where one end is
 * missing, a duration (IE 161, 162) gives it, else the observation time of a
 * record about a single moment (IE 322..325).
 * Source: RFC 7011, 6.1.7 to 6.1.10; RFC 5102, 5.9; RFC 3954, 8.
 */
export function timeExpressions(
  fields: readonly PlacedField[],
  enterprise: number,
  netflow9: boolean,
): { start: string; end: string } {
  const startTime = timeOf(fields, enterprise, netflow9, start);
  const endTime = timeOf(fields, enterprise, netflow9, end);
  if (startTime !== undefined && endTime !== undefined) return { start: startTime, end: endTime };
  const duration = durationOf(fields, enterprise);
  if (duration !== undefined && startTime !== undefined) {
    return { start: startTime, end: `${startTime} + ${duration}` };
  }
  if (duration !== undefined && endTime !== undefined) {
    return { start: `${endTime} - ${duration}`, end: endTime };
  }
  const moment = observationTime(fields, enterprise) ?? "0";
  return { start: startTime ?? moment, end: endTime ?? moment };
}

function timeOf(
  fields: readonly PlacedField[],
  enterprise: number,
  netflow9: boolean,
  elements: TimeElements,
): string | undefined {
  const choose = (id: number, least: number, most: number) =>
    chooseField(fields, [[enterprise, id]], least, most);
  const milliseconds = choose(elements.milliseconds, 5, 8);
  if (milliseconds !== undefined) return unsigned(milliseconds.position, milliseconds.length);
  const ntp = choose(elements.microseconds, 8, 8) ?? choose(elements.nanoseconds, 8, 8);
  if (ntp !== undefined) return ntpMilliseconds(ntp.position);
  const seconds = choose(elements.seconds, 4, 8);
  if (seconds !== undefined) return `${unsigned(seconds.position, seconds.length)} * 1000`;
  const delta = choose(elements.deltaMicroseconds, 1, 4);
  if (delta !== undefined) {
    return `(exportTimeMs - Math.round(${unsigned(delta.position, delta.length)} / 1000))`;
  }
  const sysUpTime = choose(elements.sysUpTime, 1, 8);
  if (sysUpTime === undefined) return undefined;
  // 32-bit integers where the field is one: the difference below is then an integer subtraction.
  const switched =
    sysUpTime.length === 4 ? signed32(sysUpTime.position) : unsigned(sysUpTime.position, sysUpTime.length);
  const init = chooseField(fields, [ie.systemInitTimeMilliseconds], 8, 8);
  // The difference modulo 2^32, taken as signed: uptime wraps every 49.7 days, and a flow's end
  // may be a moment later than the header's clock.
  if (init !== undefined && !netflow9) {
    const upTime = `(exportTimeMs - ${unsigned(init.position, init.length)} | 0)`;
    return `(exportTimeMs - ((${upTime} - ${switched}) | 0))`;
  }
  const moment = `exportTimeMs - ((sysUpTimeMs - ${switched}) | 0)`;
  return netflow9 ? `(${moment})` : `(upTimeKnown ? ${moment} : 0)`;
}

function durationOf(fields: readonly PlacedField[], enterprise: number): string | undefined {
  const milliseconds = chooseField(fields, [[enterprise, ie.flowDurationMilliseconds]]);
  if (milliseconds !== undefined) return unsigned(milliseconds.position, milliseconds.length);
  const microseconds = chooseField(fields, [[enterprise, ie.flowDurationMicroseconds]]);
  if (microseconds === undefined) return undefined;
  return `Math.round(${unsigned(microseconds.position, microseconds.length)} / 1000)`;
}

function observationTime(fields: readonly PlacedField[], enterprise: number): string | undefined {
  const milliseconds = chooseField(fields, [[enterprise, ie.observationTimeMilliseconds]], 5, 8);
  if (milliseconds !== undefined) return unsigned(milliseconds.position, milliseconds.length);
  const ntp = chooseField(
    fields,
    [
      [enterprise, ie.observationTimeMicroseconds],
      [enterprise, ie.observationTimeNanoseconds],
    ],
    8,
    8,
  );
  if (ntp !== undefined) return ntpMilliseconds(ntp.position);
  const seconds = chooseField(fields, [[enterprise, ie.observationTimeSeconds]], 4, 8);
  return seconds && `${unsigned(seconds.position, seconds.length)} * 1000`;
}
