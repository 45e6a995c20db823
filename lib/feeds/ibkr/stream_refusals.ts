import type { TradingCalendar } from "../../calendar/calendar.ts";
import type { MarketError } from "../../model/errors.ts";
import { MINUTE, SECOND } from "../../model/time.ts";
import { twsCode } from "../../wire/tws_codes.ts";
import type { Asked, RefusalCause } from "../../wire/tws_refusals.ts";
import { DelayedDue } from "./delayed_due.ts";
import { DELAY_MS } from "./hours_watch.ts";
import type { RefusalBook } from "./refusal_book.ts";
import { SLOW_RETRY_MS } from "./refusal_failures.ts";
import type { RefusalJudge } from "./refusal_judge.ts";
import type { SessionTools } from "./session_tools.ts";
import type { Subscription } from "./subscription.ts";

/** Waits for a stream that was asked for too often, one after another; the last repeats. */
const PACED_WAITS_MS = [15 * SECOND, 15 * SECOND, MINUTE, 2 * MINUTE] as const;
/** What was asked for again as delayed is asked for after this. */
const AS_DELAYED_MS = SECOND;
/** A stream that was not refused for so long is granted, though its market may be closed. */
const GRANTED_MS = 15 * SECOND;
const GRANTED_FLOOR_MS = SECOND;
const DELAYED_TYPE = 3;

export interface StreamRefusalsOptions {
  readonly tools: SessionTools;
  readonly judge: RefusalJudge;
  readonly book: RefusalBook;
  readonly isDelayed: boolean;
  /** The stream of now; another one after a roll. */
  readonly subscription: () => Subscription;
  /** IBKR ended the stream and gives it again: ask at once. */
  readonly onEnded: (reason: string) => void;
  /** It need not have ended: data must show that it flows. */
  readonly onDoubt: (reason: string) => void;
  /** It is not to be had for now, and is asked for again by itself. */
  readonly onRefused: (reason: string) => void;
  /** Asking again cannot help. */
  readonly onFailed: (error: MarketError) => void;
}

/** What becomes of the stream of one future when TWS refuses it, ends it or remarks on it. */
export class StreamRefusals {
  readonly #options: StreamRefusalsOptions;
  readonly #asked: Asked;
  readonly #delayedDue: DelayedDue;
  /** The stream has brought data since it was asked for last. */
  #flows = false;
  #paced = 0;
  #hasAskedDelayed = false;

  constructor(options: StreamRefusalsOptions) {
    this.#options = options;
    this.#asked = options.isDelayed ? "delayed-stream" : "stream";
    this.#delayedDue = new DelayedDue(options.tools);
  }

  /** The stream has brought data. */
  flowed(): void {
    const { book, judge } = this.#options;
    this.#flows = true;
    this.#paced = 0;
    this.#hasAskedDelayed = false;
    this.#delayedDue.end();
    book.delivered(this.#asked);
    judge.clear(this.#asked);
  }

  /** The stream was asked for; or taken over from one that flows. */
  asked({ flows }: { readonly flows: boolean }): void {
    this.#flows = flows;
    this.#delayedDue.end();
  }

  /** No data can come now. */
  pause(): void {
    this.#delayedDue.pause();
  }

  /** Counts the time of refusals, and sees whether what was announced has come. */
  tick(calendar: TradingCalendar, isCutOff: boolean): void {
    const { tools: { venueClock, pace, context: { clock, speed } }, book, isDelayed } =
      this.#options;
    const now = venueClock.estimate();
    const isOpen = calendar.isOpen(now) === true;
    book.tick(clock.monotonic() * speed, { isOpen });
    const { id, openedAt } = this.#options.subscription();
    if (isCutOff || id === undefined) return this.#delayedDue.pause();
    const isGranted = clock.monotonic() - openedAt >= pace(GRANTED_MS, GRANTED_FLOOR_MS);
    if (isGranted && !isDelayed) book.served("stream");
    if (!isOpen || calendar.isOpen(now - DELAY_MS) !== true) return this.#delayedDue.pause();
    const missed = this.#delayedDue.missed();
    if (missed !== undefined) this.#treat(missed.code, missed.text, "no-delayed");
  }

  /** Takes an error about the stream. */
  refused(code: number, text: string): void {
    // A code that nobody knows on a stream that flows need not have ended it: the next bars show.
    if (this.#flows && twsCode(code).action === "unknown") {
      return this.#options.onDoubt(`IBKR sent code ${code}: ${text}`);
    }
    this.#treat(code, text);
  }

  /** @param known the cause, where it is not read from code and text. */
  #treat(code: number, text: string, known?: RefusalCause): void {
    const { judge, tools, subscription, onEnded, onRefused, onFailed } = this.#options;
    const { kind, cause, error } = judge.judge(this.#asked, code, text, known);
    switch (kind) {
      case "go-on":
        return;
      case "delayed-due":
        return this.#delayedDue.begin(code, text);
      case "again":
        return this.#flows ? onEnded(twsCode(code).explanation) : this.#postpone(error.message);
      case "slowly":
        judge.report(this.#asked, error);
        if (cause === "no-delayed") tools.gateway.marketDataType(DELAYED_TYPE);
        subscription().close();
        subscription().postpone(SLOW_RETRY_MS);
        return onRefused(error.message);
      case "final":
        if (cause === "no-delayed" && known === undefined && this.#asksDelayed()) return;
        return onFailed(error);
      default:
        this.#postpone(error.message);
    }
  }

  /** Delayed data was asked for before its type was known, perhaps: once more, as such. @returns true when it is. */
  #asksDelayed(): boolean {
    const { isDelayed, tools, subscription } = this.#options;
    if (!isDelayed || this.#hasAskedDelayed) return false;
    this.#hasAskedDelayed = true;
    tools.gateway.marketDataType(DELAYED_TYPE);
    subscription().postpone(AS_DELAYED_MS);
    return true;
  }

  /** Asked too often: later, and later still the next time. */
  #postpone(reason: string): void {
    const waitMs = PACED_WAITS_MS[Math.min(this.#paced++, PACED_WAITS_MS.length - 1)]!;
    this.#options.subscription().postpone(waitMs);
    this.#options.onRefused(reason);
  }
}
