import type { MarketError } from "../../model/errors.ts";

/** What is wrong with a venue's requests while its stream lives on. Outlives connections. */
export class RestHealth {
  /** Undefined while nothing is known to be. */
  trouble: MarketError | undefined;
  /** Code of the trouble reported last that is not over: of several connections, one reports it. */
  #reported: string | undefined;

  /** Takes what is wrong now. @returns true when that has not been reported yet. */
  set(trouble: MarketError | undefined): boolean {
    this.trouble = trouble;
    const isNews = trouble !== undefined && trouble.code !== this.#reported;
    this.#reported = trouble?.code;
    return isNews;
  }
}
