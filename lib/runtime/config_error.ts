import { MarketError } from "../model/errors.ts";

/** The configuration cannot be used; the message names key, rule and value. */
export class ConfigError extends MarketError {
  override readonly name: string = "ConfigError";

  /** @param message without its full stop. */
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super("config", "configure", `Configuration: ${message}.`.replace(/\?\.$/, "?"), options);
  }
}
