import type { MarketError } from "../../model/errors.ts";
import { twsCode } from "../../wire/tws_codes.ts";
import {
  type Asked,
  type RefusalCause,
  refusalCause,
  type Treatment,
  treatmentOf,
} from "../../wire/tws_refusals.ts";
import { isNightlyReset } from "./nightly_reset.ts";
import type { RefusalBook } from "./refusal_book.ts";
import { finalFailure, passingFailure, type Refused } from "./refusal_failures.ts";
import type { SessionTools } from "./session_tools.ts";

/** What is remembered of an instrument, as far as refusals go. */
export interface RefusedRecord {
  readonly instrument: string;
  readonly refusals: RefusalBook;
  error: MarketError | undefined;
}

/** What to do about a refusal, and what to say. */
export interface Judgement {
  readonly kind: Treatment["kind"];
  readonly cause: RefusalCause;
  readonly error: MarketError;
}

/**
 * Judges what TWS refuses of one instrument by the one table (`wire/tws_refusals.ts`), and reports a refusal once
 * while it lasts.
 */
export class RefusalJudge {
  readonly #tools: SessionTools;
  readonly #record: RefusedRecord;
  readonly #exchange: string;
  readonly #acceptsDelayed: boolean;
  readonly #reported = new Map<Asked, MarketError>();

  /** @param acceptsDelayed whether delayed data takes the place of live data that is not permitted. */
  constructor(
    tools: SessionTools,
    record: RefusedRecord,
    exchange: string,
    { acceptsDelayed = false }: { readonly acceptsDelayed?: boolean } = {},
  ) {
    this.#tools = tools;
    this.#record = record;
    this.#exchange = exchange;
    this.#acceptsDelayed = acceptsDelayed;
  }

  /** Takes code and text of a refusal. @param known its cause, where it is not read from them. */
  judge(asked: Asked, code: number, text: string, known?: RefusalCause): Judgement {
    const { competing, venueClock, context: { clock, speed, log } } = this.#tools;
    const { instrument: symbol, refusals } = this.#record;
    const venueMs = clock.monotonic() * speed;
    const isCompeting = competing.isLikely(venueMs);
    const cause = known ?? refusalCause(code, text, { isCompeting });
    if (cause === "competing") competing.seen(venueMs);
    const before = refusals.stageOf(asked);
    // IBKR refuses anything while it resets its servers. Whoever accepts delayed data gets it at once all the same:
    // the history of an account without permission trails, and would pass for whole.
    const isBelieved = this.#acceptsDelayed && cause === "permission";
    const isDoubtful = !isBelieved && isNightlyReset(venueClock.estimate());
    const stage = isDoubtful ? "served" : before;
    const planned = treatmentOf(cause, asked, stage);
    // History alone ends no stream, so it does not count as a refusal of the instrument.
    const { kind } = asked === "history" ? planned : refusals.refused(planned);
    const { explanation } = twsCode(code);
    log.info(`IBKR on the ${asked} of ${symbol}: ${explanation}`, { code, text });
    const refused: Refused = {
      symbol,
      exchange: this.#exchange,
      asked,
      code,
      text,
      wasServed: before === "served",
    };
    const error = kind === "final" ? finalFailure(cause, refused) : passingFailure(cause, refused);
    return { kind, cause, error };
  }

  /** Says that a request is refused for now; once, until it is served again. */
  report(asked: Asked, error: MarketError): void {
    const { log, emit, clock } = this.#tools.context;
    const record = this.#record;
    const isKnown = this.#reported.get(asked)?.code === error.code ||
      record.error?.code === error.code;
    this.#reported.set(asked, error);
    record.error = error;
    if (isKnown) return;
    log.warn(error.message, { code: error.code, instrument: record.instrument });
    emit({ kind: "failure", venue: "ibkr", error, receivedAt: clock.now() });
  }

  /** It is served again. */
  clear(asked: Asked): void {
    const error = this.#reported.get(asked);
    if (error === undefined) return;
    this.#reported.delete(asked);
    if (this.#record.error === error) this.#record.error = undefined;
  }
}
