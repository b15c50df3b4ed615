import { SingleBar } from "cli-progress";

/**
 * Shows a long job as numbered stages with one bar at a time. Without a
 * terminal it prints one line a stage when the stage is done.
 */
export class Stages {
  private readonly count: number;
  private readonly stream: NodeJS.WriteStream;
  private readonly terminal: boolean;
  private index = 0;
  private title = "";
  private note = "";
  private startedMs = 0;
  private bar: SingleBar | null = null;

  constructor(count: number, stream: NodeJS.WriteStream = process.stderr) {
    this.count = count;
    this.stream = stream;
    this.terminal = stream.isTTY;
  }

  /** Begins the next stage; the one before is done. */
  start(title: string): void {
    this.done();
    this.index++;
    this.title = title;
    this.note = "";
    this.startedMs = performance.now();
    if (!this.terminal) return;
    this.bar = new SingleBar({
      stream: this.stream,
      format: `[${this.index}/${this.count}] {title} {bar} {percentage} %  {note}`,
      barCompleteChar: "█",
      barIncompleteChar: "░",
      barsize: 28,
      hideCursor: true,
      fps: 10,
      clearOnComplete: false,
      linewrap: false,
      gracefulExit: false,
    });
    this.bar.start(1, 0, { title: title.padEnd(34), note: "" });
  }

  /** `fraction` of the stage, 0 to 1; `note` stands beside the bar. */
  update(fraction: number, note: string): void {
    this.note = note;
    this.bar?.update(Math.min(1, Math.max(0, fraction)), { note });
  }

  /** Ends the stage that runs, with a last word to it. */
  done(note = this.note): void {
    if (this.title === "") return;
    const seconds = `${((performance.now() - this.startedMs) / 1000).toFixed(1)} s`;
    const last = note === "" ? seconds : `${note}, ${seconds}`;
    if (this.bar === null) {
      this.stream.write(`[${this.index}/${this.count}] ${this.title}: ${last}\n`);
    } else {
      this.bar.update(1, { note: last });
      this.bar.stop();
      this.bar = null;
    }
    this.title = "";
  }

  /** Leaves the bar where it stands: the job was stopped. */
  abandon(): void {
    this.bar?.stop();
    this.bar = null;
    this.title = "";
  }
}
