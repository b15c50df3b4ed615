import type { Random } from "../../../scripts/fuzz/random.ts";

/** Elements that the columns, the options and the codec treat in ways of their own. */
const elements = [
  1, 2, 4, 5, 6, 7, 8, 10, 11, 12, 14, 16, 21, 22, 23, 27, 28, 34, 48, 49, 50, 56, 58, 61, 82, 83, 85, 86, 90,
  94, 95, 96, 142, 150, 152, 153, 154, 156, 158, 160, 161, 166, 210, 225, 227, 230, 231, 232, 236, 243, 291,
  292, 293, 298, 302, 304, 305, 306, 309, 310, 311, 313, 315, 322, 323, 351, 352, 353, 434, 459,
];
const lengths = [0, 1, 2, 3, 4, 4, 4, 5, 8, 8, 16, 16, 32, 65_535];
const enterprises = [9, 2636, 25_461, 29_305, 29_305, 35_632, 0, 0xffffffff];

type OneSet = { id: number; body: Uint8Array };

/** Changes a NetFlow v9 or IPFIX message set by set, and mostly makes its lengths true again. */
export function mutateSets(message: Uint8Array, random: Random): Uint8Array {
  const netflow9 = message[1] === 9;
  const headerLength = netflow9 ? 20 : 16;
  if (message.length < headerLength) return header(netflow9, random);
  const sets = setsOf(message, headerLength);
  for (let change = random.between(1, 3); change > 0; change--) changeSets(sets, netflow9, random);
  return assemble(message.subarray(0, headerLength), sets, netflow9, random);
}

function header(netflow9: boolean, random: Random): Uint8Array {
  const message = new Uint8Array(netflow9 ? 20 : 16);
  message[1] = netflow9 ? 9 : 10;
  message[message.length - 1] = random.below(3);
  if (!netflow9) message[3] = 16;
  return message;
}

function setsOf(message: Uint8Array, headerLength: number): OneSet[] {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const sets: OneSet[] = [];
  let at = headerLength;
  while (message.length - at >= 4 && sets.length < 512) {
    const length = Math.max(4, view.getUint16(at + 2));
    sets.push({ id: view.getUint16(at), body: message.slice(at + 4, at + length) });
    at += length;
  }
  return sets;
}

function changeSets(sets: OneSet[], netflow9: boolean, random: Random): void {
  const at = random.below(sets.length + 1);
  const set = sets[random.below(sets.length)];
  switch (random.below(9)) {
    case 0:
      sets.splice(at, 1);
      break;
    case 1:
      if (set !== undefined) sets.splice(at, 0, { ...set });
      break;
    case 2:
      if (set !== undefined) set.id = random.pick([0, 1, 2, 3, 4, 255, 256, 257, 258, 259, 65_535]);
      break;
    case 3:
    case 4:
      sets.splice(at, 0, templateSet(netflow9, random));
      break;
    case 5:
      sets.splice(at, 0, { id: random.between(256, 259), body: noise(random) });
      break;
    case 6:
      if (!netflow9) sets.splice(at, 0, withdrawal(random));
      break;
    case 7:
      if (set !== undefined && set.body.length > 3) changeField(set.body, random);
      break;
    default:
      if (set !== undefined && set.body.length < 8192) {
        set.body = Uint8Array.from([...set.body, ...set.body.subarray(0, random.below(set.body.length + 1))]);
      }
  }
}

/** Another type or length in what may be a field specifier. */
function changeField(body: Uint8Array, random: Random): void {
  const at = 4 * random.between(1, Math.max(1, (body.length >> 2) - 1));
  if (at + 4 > body.length) return;
  const view = new DataView(body.buffer, body.byteOffset);
  if (random.oneIn(2)) view.setUint16(at, random.pick(elements));
  else view.setUint16(at + 2, random.pick(lengths));
}

function noise(random: Random): Uint8Array {
  const octets = new Uint8Array(random.oneIn(50) ? random.below(4000) : random.below(200));
  const small = random.oneIn(2);
  for (let at = 0; at < octets.length; at++) octets[at] = small ? random.below(6) : random.next();
  return octets;
}

function withdrawal(random: Random): OneSet {
  const options = random.oneIn(2);
  const id = random.pick([options ? 3 : 2, 256, 257, 258, 2, 3, 0]);
  return { id: options ? 3 : 2, body: words([id, 0]) };
}

/** A template or options template of elements that mean something, with scopes and counts that now and then lie. */
function templateSet(netflow9: boolean, random: Random): OneSet {
  const options = random.oneIn(3);
  const count = random.oneIn(30) ? random.below(200) : random.between(1, 9);
  const told = random.oneIn(15) ? count + random.between(-3, 3) : count;
  const scope = random.oneIn(10) ? random.below(20) : random.below(Math.min(count, 2) + 1);
  const numbers = [random.between(256, 259)];
  if (!options) numbers.push(told & 0xffff);
  else if (netflow9) numbers.push(4 * scope, Math.max(0, 4 * (told - scope)) + (random.oneIn(20) ? 1 : 0));
  else numbers.push(told & 0xffff, scope);
  for (let field = 0; field < count; field++) {
    const type = random.oneIn(20) ? random.below(65_536) : random.pick(elements);
    const length = random.oneIn(20) ? random.below(65_536) : random.pick(lengths);
    const reverse = !netflow9 && random.oneIn(6);
    if (netflow9 && options && field < scope)
      numbers.push(random.between(1, 6), random.pick([0, 1, 2, 4, 8, 300]));
    else numbers.push(reverse ? type | 0x8000 : netflow9 ? type : type & 0x7fff, length);
    if (!reverse) continue;
    const enterprise = random.pick(enterprises);
    numbers.push(enterprise >>> 16, enterprise & 0xffff);
  }
  return { id: (netflow9 ? 0 : 2) + (options ? 1 : 0), body: words(numbers) };
}

function words(numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(2 * numbers.length);
  const view = new DataView(bytes.buffer);
  for (const [index, number] of numbers.entries()) view.setUint16(2 * index, number);
  return bytes;
}

function assemble(head: Uint8Array, sets: readonly OneSet[], netflow9: boolean, random: Random): Uint8Array {
  const bytes = new Uint8Array(
    Math.min(
      65_535,
      sets.reduce((sum, { body }) => sum + 4 + body.length, head.length),
    ),
  );
  const view = new DataView(bytes.buffer);
  bytes.set(head);
  let at = head.length;
  for (const { id, body } of sets) {
    if (at + 4 + body.length > bytes.length) break;
    view.setUint16(at, id);
    view.setUint16(at + 2, 4 + body.length + (random.oneIn(60) ? random.between(-6, 6) : 0));
    bytes.set(body, at + 4);
    at += 4 + body.length;
  }
  if (!netflow9) view.setUint16(2, at + (random.oneIn(60) ? random.between(-6, 6) : 0));
  return bytes.subarray(0, at);
}
