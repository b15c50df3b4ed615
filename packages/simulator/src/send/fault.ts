/** The receiver's side does not do its part; `code` is stable. */
export class SendFault extends Error {
  readonly code: "accounting-silent" | "collector-unreachable";

  constructor(code: SendFault["code"], message: string) {
    super(message);
    this.name = "SendFault";
    this.code = code;
  }
}
