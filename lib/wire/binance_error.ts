import { fieldsOf, parseJson } from "./field_reader.ts";

/** An error as Binance's REST API writes it: `{"code":-1121,"msg":"Invalid symbol."}`. */
export interface BinanceErrorBody {
  readonly code: number;
  readonly text: string;
  /** With a ban (code −1003): when it ends, epoch ms of Binance's clock. */
  readonly bannedUntil?: number;
}

/** Reads an error body; undefined when Binance did not write it (a proxy's page, another server's). */
export function decodeBinanceError(body: string): BinanceErrorBody | undefined {
  const fields = fieldsOf(parseJson(body, "frame"));
  if (fields === undefined) return undefined;
  const { code, msg } = fields;
  if (!(typeof code === "number" && Number.isSafeInteger(code)) || typeof msg !== "string") {
    return undefined;
  }
  const text = msg.slice(0, LONGEST_TEXT);
  const bannedUntil = code === TOO_MANY_REQUESTS ? bannedUntilOf(text) : undefined;
  return bannedUntil === undefined ? { code, text } : { code, text, bannedUntil };
}

const LONGEST_TEXT = 300;
/** Source: Binance spot, "Error codes": `Way too many requests; IP banned until %s.` has the same code. */
const TOO_MANY_REQUESTS = -1003;

/** `IP(1.2.3.4) banned until 1659146400000.`: ms; seconds and µs are recognised by their digits. */
function bannedUntilOf(text: string): number | undefined {
  const [, digits = ""] = /\bbanned until (\d+)/i.exec(text) ?? [];
  const unit = { 10: 1_000, 13: 1, 16: 1 / 1_000 }[digits.length];
  return unit === undefined ? undefined : Math.ceil(Number(digits) * unit);
}

/** The request limit is exceeded. */
export function isTooManyRequests({ code }: BinanceErrorBody): boolean {
  return code === TOO_MANY_REQUESTS;
}

/** Codes that say the symbol is unknown or cannot be one (Binance spot, "Error codes"). */
export function isUnknownSymbol({ code, text }: BinanceErrorBody): boolean {
  return code === -1121 || (code === -1100 && text.includes("'symbol'"));
}
