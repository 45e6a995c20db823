/** A refusal by the REST API: HTTP status, Binance's code and message. */
export class RestError extends Error {
  override readonly name = "RestError";
  readonly status: number;
  readonly code: number;

  constructor(code: number, message: string, status = 400) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** The body as Binance sends it. */
  get body(): string {
    return JSON.stringify({ code: this.code, msg: this.message });
  }
}

/** The answer to whoever asks from a restricted country, on REST and for stream sockets. */
export const GEO_BLOCKED = {
  status: 451,
  headers: { "Content-Type": "application/json;charset=UTF-8" },
  text: JSON.stringify({
    code: 0,
    msg: "Service unavailable from a restricted location according to 'b. Eligibility' in " +
      "https://www.binance.com/en/terms. Please contact customer service if you believe you " +
      "received this message in error.",
  }),
} as const;
