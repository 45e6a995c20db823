import { MarketError } from "../../model/errors.ts";

/** A file that is not imported. @param message a sentence with its full stop */
export function importRefusal(message: string, cause?: unknown): MarketError {
  return new MarketError("import", "configure", message, cause === undefined ? {} : { cause });
}
