import type { Vendor, Written, WrittenBinding } from "./binding.ts";

/** The event before its fields, or as the first of them. */
const before = /(?:^|[\s:])(User|Session)(?:based)?([AW])D? ?\[([^\]]*)\]/gi;
const within = /\[ ?(User|Session)based([AW])D? ([^\]]*)\]/gi;

/**
 * Assignments (A) and withdrawals (W) of ports, user-based (a block) or session-based, as Cisco's CGv6 (IOS XR, CRS and
 * ASR 9000) writes them, and in the form of China's carriers Huawei, H3C, Hillstone and others.
 *
 * `[event protocol inside4 vrf inside6 outside port first last destination port]` (Cisco), several in one message, and
 * `NAT444:event [protocol inside4 inside6 outside port first last …]`; `-` where a field does not apply, the last port
 * of one session among them.
 * Source: Cisco IOS XR Carrier Grade NAT Configuration Guide, External Logging; Huawei NE, nat syslog descriptive format.
 */
export const cgv6: Vendor = {
  name: "cgv6",
  isOf: (text) => /(?:user|session)based[AW]|:(?:user|session)[AW]\b/i.test(text),
  read: ({ text }) => read(text),
};

function read(text: string): Written {
  const bindings: WrittenBinding[] = [];
  for (const [, based, event, fields] of text.matchAll(within)) {
    const [, inside4, vrf, inside6, outside, , first, last] = fields.trim().split(/\s+/);
    bindings.push(bindingOf(based, event, { inside4, inside6, outside, first, last, vrf }));
  }
  if (bindings.length > 0) return checked(bindings);
  for (const [, based, event, fields] of text.matchAll(before)) {
    const [, inside4, inside6, outside, , first, last] = fields.trim().split(/\s+/);
    bindings.push(bindingOf(based, event, { inside4, inside6, outside, first, last, vrf: "" }));
  }
  return bindings.length > 0
    ? checked(bindings)
    : "its fields are not in brackets, or not those of a port assignment";
}

function checked(bindings: readonly WrittenBinding[]): Written {
  const isRead = bindings.every(({ first, outside }) => Number.isInteger(first) && outside !== "");
  return isRead ? bindings : "its fields are not those of a port assignment";
}

interface Fields {
  readonly inside4: string | undefined;
  readonly inside6: string | undefined;
  readonly outside: string | undefined;
  readonly first: string | undefined;
  readonly last: string | undefined;
  readonly vrf: string;
}

function bindingOf(based: string, event: string, fields: Fields): WrittenBinding {
  const { inside4 = "-", inside6 = "-", outside = "", first = "", last = "-", vrf } = fields;
  const from = Number.parseInt(first, 10);
  return {
    kind: event.toUpperCase() === "A" ? "allocate" : "release",
    // Of DS-Lite it is the B4's address that tells the line; the address behind it may be anyone's.
    inside: inside6.includes(":") ? inside6 : inside4 === "-" ? "" : inside4,
    outside,
    first: from,
    last: last === "-" ? from : Number.parseInt(last, 10),
    ...(vrf === "" || vrf === "-" ? {} : { vrf }),
    ...(based.toLowerCase() === "session" ? { isSession: true } : {}),
  };
}
