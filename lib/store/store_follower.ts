import type { FundingPayment } from "../model/funding.ts";
import { DAY, HOUR, type Interval, MINUTE } from "../model/time.ts";
import type { KnownMinutes } from "../bars/known_minutes.ts";
import type { Clock, Timer } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import { recallMinutes } from "./recall_minutes.ts";
import type { StoreReader } from "./store.ts";

/** What a {@link StoreFollower} needs. */
export interface StoreFollowerOptions {
  readonly reader: Pick<
    StoreReader,
    "bars" | "contracts" | "coverage" | "fundings" | "onRows"
  >;
  /** Ids, each with the end of its newest minute that is known. */
  readonly known: ReadonlyMap<string, number>;
  readonly clock: Clock;
  readonly log: Log;
  /** Minutes of a stretch, those that are known among them. */
  readonly onMinutes: (instrument: string, minutes: KnownMinutes) => void;
  /** Ids of perpetuals. @default there are none */
  readonly perpetuals?: ReadonlySet<string>;
  /** What one paid in the day before a stretch and in it, what is known among it. */
  readonly onFundings?: (instrument: string, payments: readonly FundingPayment[]) => void;
}

/** Between two looks at what is stored: the net below the notices, and all there is where nobody notifies. Local ms. */
const LOOK_MS = 10_000;
/** A look goes so far back for what came late. */
const LOOK_BACK_MS = HOUR;
/** After nobody had listened, it goes back so far. */
const MISSED_BACK_MS = DAY;

/**
 * Reads the minutes that another process writes to a store: as soon as its database says so, and every ten seconds
 * besides. Reads one stretch after the other; what is wanted meanwhile is joined.
 */
export class StoreFollower {
  readonly #options: StoreFollowerOptions;
  /** Ends of the newest minutes. */
  readonly #newest: Map<string, number>;
  readonly #wanted = new Map<string, Interval>();
  #reading: Promise<void> | undefined;
  #timer: Timer | undefined;
  #unlisten: (() => Promise<void>) | undefined;
  #isClosed = false;
  #said = "";

  constructor(options: StoreFollowerOptions) {
    this.#options = options;
    this.#newest = new Map(options.known);
  }

  start(): void {
    const { reader } = this.#options;
    this.#unlisten = reader.onRows?.((rows) => {
      if (rows === undefined) return this.#look(MISSED_BACK_MS);
      for (const { instrument, stepMs, from, to } of rows) {
        if (stepMs === MINUTE) this.#want(instrument, { from, to });
      }
      this.#read();
    });
    this.#tick();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#wanted.clear();
    await this.#unlisten?.();
    await this.#reading;
  }

  #tick(): void {
    this.#timer = this.#options.clock.setTimer(() => {
      this.#look(LOOK_BACK_MS);
      this.#tick();
    }, LOOK_MS);
  }

  #look(backMs: number): void {
    for (const [instrument, to] of this.#newest) {
      this.#want(instrument, { from: to - backMs, to: Infinity });
    }
    this.#read();
  }

  #want(instrument: string, { from, to }: Interval): void {
    if (!this.#newest.has(instrument)) return;
    const known = this.#wanted.get(instrument) ?? { from, to };
    this.#wanted.set(instrument, {
      from: Math.min(known.from, from),
      to: Math.max(known.to, to),
    });
  }

  #read(): void {
    if (this.#isClosed) return;
    this.#reading ??= this.#readAll().finally(() => this.#reading = undefined);
  }

  async #readAll(): Promise<void> {
    const { reader, onMinutes, log } = this.#options;
    for (;;) {
      const [next] = this.#wanted;
      if (next === undefined || this.#isClosed) return;
      const [instrument, range] = next;
      this.#wanted.delete(instrument);
      try {
        const minutes = await recallMinutes(reader, instrument, range);
        this.#said = "";
        if (this.#isClosed) return;
        this.#newest.set(instrument, Math.max(this.#newest.get(instrument)!, minutes.to));
        onMinutes(instrument, minutes);
        await this.#readFundings(instrument, range);
      } catch (error) {
        const message = (error as Error).message;
        if (message !== this.#said) log.warn(`What is stored cannot be read for now: ${message}`);
        this.#said = message;
        // The next look asks for it again.
        return;
      }
    }
  }

  /** A payment is written some time after the minute in which it fell due. */
  async #readFundings(instrument: string, { from }: Interval): Promise<void> {
    const { reader, perpetuals, onFundings } = this.#options;
    if (onFundings === undefined || perpetuals?.has(instrument) !== true) return;
    const payments = await reader.fundings({ instrument, from: from - DAY, to: Infinity });
    if (!this.#isClosed) onFundings(instrument, payments);
  }
}
