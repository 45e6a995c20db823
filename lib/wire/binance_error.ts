import { fieldsOf, parseJson } from "./binance_fields.ts";

/** An error as Binance's REST API words it: `{"code":-1121,"msg":"Invalid symbol."}`. */
export interface BinanceErrorBody {
  readonly code: number;
  readonly text: string;
}

/** Reads an error body; undefined when Binance did not write it (a proxy's page, another server's). */
export function decodeBinanceError(text: string): BinanceErrorBody | undefined {
  const fields = fieldsOf(parseJson(text));
  if (fields === undefined) return undefined;
  const { code, msg } = fields;
  return typeof code === "number" && Number.isSafeInteger(code) && typeof msg === "string"
    ? { code, text: msg.slice(0, 300) }
    : undefined;
}

/** Codes that say the symbol is unknown or cannot be one (Binance spot, "Error codes"). */
export function isUnknownSymbol({ code, text }: BinanceErrorBody): boolean {
  return code === -1121 || (code === -1100 && text.includes("'symbol'"));
}

/** Binance's longest ban, three days: who asks for a longer wait was not understood. */
const LONGEST_WAIT_SECONDS = 3 * 24 * 3_600;

/** `Retry-After` in seconds, as ms; undefined when it is absent, a date, or longer than any ban. */
export function retryAfterOf(header: string | undefined): number | undefined {
  const seconds = header === undefined || header === "" ? NaN : Number(header);
  return seconds >= 0 && seconds <= LONGEST_WAIT_SECONDS ? seconds * 1_000 : undefined;
}
