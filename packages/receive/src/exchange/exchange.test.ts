import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { formatAddress } from "@ishizue/wire";
import { whyNoLibc } from "../ffi/libc.ts";
import { planReceiver } from "../socket/plan.ts";
import { DatagramExchange, type Request } from "./exchange.ts";
import { Replies } from "./replies.ts";

const skip = whyNoLibc() ?? false;

/** A server that answers each request by its own octets, turned round, after `wait` turns. */
async function withServer(
  host: string,
  wait: number,
  use: (port: number, taken: string[]) => Promise<void>,
): Promise<void> {
  const plan = await planReceiver({ kind: "recvmmsg", host, ports: [0] });
  const replies = new Replies(16);
  const taken: string[] = [];
  let turns = 0;
  const exchange: DatagramExchange = new DatagramExchange(plan, {
    take: ({ bytes, offset, length, address, port }: Request) => {
      const payload = bytes.slice(offset, offset + length).toReversed();
      taken.push(`${formatAddress(address, 0)} ${port} ${length}`);
      const reply = payload.subarray(0, 4096);
      replies.bytes.set(reply, replies.end);
      exchange.reply(replies, reply.length);
    },
    turn: () => {
      if (replies.count > 0 && ++turns > wait) exchange.send(replies);
      return replies.count > 0;
    },
  });
  try {
    await use(exchange.ports[0], taken);
    assert.equal(exchange.refused, 0);
  } finally {
    await exchange.close();
    replies.free();
  }
}

async function answerTo(socket: Socket, payload: Uint8Array, port: number, host: string): Promise<Buffer> {
  const message = once(socket, "message");
  socket.send(payload, port, host);
  const [answer] = (await message) as [Buffer];
  return answer;
}

for (const [host, own] of [
  ["127.0.0.1", "127.0.0.1"],
  ["::1", "::1"],
  ["::", "127.0.0.1"],
] as const) {
  test(`replies go to where their requests came from: ${host} asked at ${own}`, { skip }, async () => {
    await withServer(host, 3, async (port, taken) => {
      const clients = [1, 2, 3].map(() => createSocket(own.includes(":") ? "udp6" : "udp4"));
      try {
        const answers = await Promise.all(
          clients.map((client, index) => answerTo(client, Uint8Array.of(index, 1, 2, 3), port, own)),
        );
        assert.deepEqual(
          answers.map((answer) => answer.toString("hex")),
          ["03020100", "03020101", "03020102"],
        );
        assert.deepEqual(
          taken.toSorted(),
          clients.map((client) => `${own} ${client.address().port} 4`).toSorted(),
        );
      } finally {
        for (const client of clients) client.close();
      }
    });
  });
}

test("a request that is longer than a slot comes whole", { skip }, async () => {
  await withServer("127.0.0.1", 0, async (port, taken) => {
    const client = createSocket("udp4");
    const payload = Uint8Array.from({ length: 5000 }, (_, at) => at & 255);
    const answer = await answerTo(client, payload, port, "127.0.0.1");
    assert.deepEqual([...answer], [...payload.toReversed().subarray(0, 4096)]);
    assert.equal(taken.length, 1);
    client.close();
  });
});
