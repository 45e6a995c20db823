import { fieldsOf, parseJson } from "./binance_fields.ts";

/** An error as Binance's REST API writes it: `{"code":-1121,"msg":"Invalid symbol."}`. */
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
