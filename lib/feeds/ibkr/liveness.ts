import { ceilTo, MINUTE, SECOND } from "../../model/time.ts";
import type { VenueBar } from "./gateway.ts";
import type { Healer } from "./healer.ts";
import { deadStream, unanswered } from "./instrument_failures.ts";
import type { SessionTools } from "./session_tools.ts";
import { SilenceWatch } from "./silence_watch.ts";

/** Silence that an open market makes suspicious, venue ms, and its local floor. */
const SILENCE_MS = 30 * SECOND;
const SILENCE_DELAYED_MS = 5 * MINUTE;
/** Two five-second bars: what "the data flows again" has to be followed by. */
const VERIFY_MS = 10 * SECOND;
const FLOOR_MS = 2_000;

export interface LivenessOptions {
  readonly tools: SessionTools;
  readonly instrument: string;
  readonly isDelayed: boolean;
  readonly healer: Healer;
  /** The stream has been silent since that venue time, for `silentMs` venue ms: resubscribe. */
  readonly onSilent: (since: number, silentMs: number) => void;
  /** The stream is silent, and whether its market is open is not known. */
  readonly onUnknown: (silentMs: number) => void;
}

/**
 * Judges whether one stream is alive. Silence in an open market leads to a resubscription, further silence to a
 * history request, and a new connection only if history shows trades. Where it is unknown whether the market is
 * open, history is requested first: silence alone is not a fault then, but trades without bars are.
 */
export class Liveness {
  readonly #options: LivenessOptions;
  readonly #silence: SilenceWatch;
  #isChecking = false;

  constructor(options: LivenessOptions) {
    const { tools, isDelayed } = options;
    this.#options = options;
    const limitMs = tools.pace(isDelayed ? SILENCE_DELAYED_MS : SILENCE_MS, FLOOR_MS);
    this.#silence = new SilenceWatch(limitMs, this.#now);
  }

  /** Data came. */
  received(): void {
    this.#silence.received(this.#now);
  }

  /** No data is due now. */
  pause(): void {
    this.#silence.pause(this.#now);
  }

  askedAgain(): void {
    this.#silence.askedAgain(this.#now);
  }

  /** Data must come soon, or the stream is asked for again. */
  verify(): void {
    this.#silence.expect(this.#options.tools.pace(VERIFY_MS, FLOOR_MS), this.#now);
  }

  /**
   * Judges the silence of a subscribed stream in a market that is not closed.
   *
   * @param isOpen false when nobody knows.
   */
  watch(isOpen: boolean): void {
    const now = this.#now;
    const verdict = this.#silence.judge(now);
    if (verdict === "fine") return;
    const { tools: { venueClock, context }, healer, onSilent } = this.#options;
    const silentMs = this.#silence.silentMs(now) * context.speed;
    const since = venueClock.estimate() - silentMs;
    if (!isOpen) this.#options.onUnknown(silentMs);
    if (isOpen && verdict === "ask-again") onSilent(since, silentMs);
    else if (!this.#isChecking) {
      this.#isChecking = true;
      healer.check((found) => this.#checked(found, since));
    }
  }

  /** History has answered whether the silent market trades. */
  #checked(found: readonly VenueBar[] | "unanswered", since: number): void {
    this.#isChecking = false;
    const { tools: { end, context }, instrument, isDelayed, onSilent } = this.#options;
    const now = this.#now;
    const verdict = this.#silence.judge(now);
    if (verdict === "fine") return;
    const silentMs = this.#silence.silentMs(now) * context.speed;
    if (found === "unanswered") {
      // Where silence is no fault, the healer's own questions judge whether history answers.
      return verdict === "check"
        ? end(unanswered(instrument, "history"))
        : this.#silence.foundQuiet(now);
    }
    const trades = found.some((bar) => bar.volume > 0 && bar.time >= ceilTo(since, MINUTE));
    if (!trades || isDelayed) this.#silence.foundQuiet(now);
    else if (verdict === "ask-again") onSilent(since, silentMs);
    else end(deadStream(instrument, silentMs));
  }

  get #now(): number {
    return this.#options.tools.context.clock.monotonic();
  }
}
