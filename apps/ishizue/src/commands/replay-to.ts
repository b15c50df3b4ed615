import { addressWords, relayLines } from "../relay/words.ts";
import { Stages } from "../progress/stages.ts";
import { CaptureSender, type SendOptions } from "../replay/send.ts";
import { untilStopped } from "./signal.ts";

/** `ishizue replay --to`: sends captures to running collectors until they end or Ctrl-C. */
export async function replayTo(files: readonly string[], options: SendOptions): Promise<void> {
  const sender = await CaptureSender.open(options);
  void untilStopped().then(() => {
    sender.stop();
  });
  const { relay } = sender;
  const targets = relay.stats().targets.map(({ target }) => target);
  console.log(`sending to ${targets.join(", ")} ${addressWords(relay.whyOwnAddress)}`);
  const stages = new Stages(files.length);
  try {
    for (const file of files) {
      await sender.send(file, stages);
      if (sender.pace.stopped) break;
    }
  } finally {
    stages.abandon();
    await sender.close();
  }
  for (const line of relayLines(relay.stats(), null)) console.log(line);
}
