import type { MarketError } from "../../model/errors.ts";
import { HOUR, SECOND } from "../../model/time.ts";
import { lastTradeTime } from "../../calendar/contract_dates.ts";
import type { Product } from "../../calendar/products.ts";
import { ContractSchedule, type FrontContract, isOfProduct } from "./contracts.ts";
import { noFrontMonth, noSuchClass, noSuchExpiry, unanswered } from "./instrument_failures.ts";
import type { ListedFuture } from "./gateway.ts";
import { SLOW_RETRY_MS } from "./refusal_failures.ts";
import type { RefusalJudge } from "./refusal_judge.ts";
import type { Answer } from "./requests.ts";
import type { RollRule } from "./options.ts";
import { RollDecider } from "./roll_decider.ts";
import type { SessionTools } from "./session_tools.ts";
import type { StreamRecord } from "./stream_record.ts";

const ANSWER_LIMIT_MS = 15 * SECOND;
const ANSWER_LIMIT_FLOOR_MS = 3_000;
/** Questions unanswered in a row that end the connection. */
const MAX_UNANSWERED = 3;
const RETRY_MS = 15 * SECOND;
const RETRY_FLOOR_MS = 1_000;
/** Refresh interval of trading hours, which IBKR publishes a week ahead. */
const REFRESH_MS = 12 * HOUR;
const REFRESH_FLOOR_MS = 10 * SECOND;

/** Which contract month is followed. */
export interface ContractRule {
  /** To stay on; null follows the front month. */
  readonly manualExpiry: string | null;
  readonly roll: RollRule;
}

/** Knows the contract months of one future, and which of them is in front at venue time. */
export class ContractFollower {
  readonly #tools: SessionTools;
  readonly #product: Product;
  readonly #record: StreamRecord;
  readonly #judge: RefusalJudge;
  readonly #manualExpiry: string | null;
  readonly #decider: RollDecider | undefined;
  readonly #onListed: () => void;
  readonly #onRefused: (error: MarketError) => void;
  readonly #onFailure: (error: MarketError) => void;
  #listing: readonly ListedFuture[] = [];
  #schedule: ContractSchedule | undefined;
  #front: FrontContract | undefined;
  #isAsking = false;
  #askAt = -Infinity;
  #unanswered = 0;

  constructor(options: {
    readonly tools: SessionTools;
    readonly record: StreamRecord;
    readonly judge: RefusalJudge;
    readonly product: Product;
    readonly rule: ContractRule;
    /** The listing has come. */
    readonly onListed: () => void;
    /** The listing is refused for now. */
    readonly onRefused: (error: MarketError) => void;
    /** Called with errors that a retry cannot fix. */
    readonly onFailure: (error: MarketError) => void;
  }) {
    const { tools, record, product, rule: { manualExpiry, roll }, onListed, onFailure } = options;
    this.#judge = options.judge;
    this.#onRefused = options.onRefused;
    this.#tools = tools;
    this.#record = record;
    this.#onListed = onListed;
    this.#product = product;
    this.#manualExpiry = manualExpiry;
    this.#onFailure = onFailure;
    if (roll !== "volume") return;
    const onRoll = () => this.#schedule = this.#makeSchedule();
    this.#decider = new RollDecider({ tools, rolls: record.rolls, onRoll });
  }

  /** Contracts and hours; undefined until the venue has listed them. */
  get schedule(): ContractSchedule | undefined {
    return this.#schedule;
  }

  /** Asks for the listing when that is due, and for the front month. @returns it, once known. */
  tick(): FrontContract | undefined {
    this.#ask();
    if (this.#schedule === undefined || this.#decider?.tick(this.#schedule) === false) {
      return undefined;
    }
    const schedule = this.#schedule;
    const { instrument } = this.#record;
    const front = schedule.at(this.#tools.venueClock.atLeast());
    if (front === undefined) {
      const { listed } = schedule;
      if (this.#manualExpiry === null || listed.length === 0) {
        this.#tools.end(noFrontMonth(instrument));
      } else this.#onFailure(noSuchExpiry(instrument, this.#manualExpiry, listed));
      return undefined;
    }
    const old = this.#front;
    this.#front = this.#record.front = front;
    const isSame = old?.future.contractId === front.future.contractId;
    if (!isSame || old?.rollAt !== front.rollAt) this.#report(front);
    return front;
  }

  #report({ future: { localSymbol }, lastTradeDate: expiry, rollAt }: FrontContract): void {
    const { emit, log, clock } = this.#tools.context;
    const { instrument } = this.#record;
    log.info(`${instrument} is streamed from ${localSymbol}`, { expiry, rollAt });
    const receivedAt = clock.now();
    emit({ kind: "contract", instrument, contract: localSymbol, expiry, rollAt, receivedAt });
  }

  #makeSchedule(): ContractSchedule {
    const rolls = new Map(this.#record.rolls);
    return new ContractSchedule(this.#product, this.#listing, this.#manualExpiry, rolls);
  }

  #ask(): void {
    const { requests, pace, guarded, context: { clock } } = this.#tools;
    if (this.#isAsking || clock.monotonic() < this.#askAt) return;
    this.#isAsking = true;
    const limitMs = pace(ANSWER_LIMIT_MS, ANSWER_LIMIT_FLOOR_MS);
    const { ibkrSymbol: symbol, exchange } = this.#product;
    requests.futures({ symbol, exchange }, limitMs).then((answer) =>
      guarded(() => {
        this.#isAsking = false;
        this.#askAt = clock.monotonic() + pace(RETRY_MS, RETRY_FLOOR_MS);
        this.#answered(answer);
      })
    );
  }

  #answered(answer: Answer<readonly ListedFuture[]>): void {
    const { pace, context: { clock, log }, end } = this.#tools;
    const { instrument } = this.#record;
    if (answer.kind === "ok") {
      this.#unanswered = 0;
      this.#askAt = clock.monotonic() + pace(REFRESH_MS, REFRESH_FLOOR_MS);
      this.#judge.clear("listing");
      if (!this.#isBelievable(answer.value)) {
        log.warn(
          `IBKR's new list of the contract months of ${instrument} lacks the one that is streamed, which still trades: the list of before is kept`,
          { instrument, listed: answer.value.length },
        );
        this.#askAt = clock.monotonic() + pace(SLOW_RETRY_MS, RETRY_FLOOR_MS);
        return;
      }
      const isOther = (future: ListedFuture) => !isOfProduct(this.#product, future);
      if (answer.value.length > 0 && answer.value.every(isOther)) {
        return this.#onFailure(noSuchClass(this.#product, answer.value));
      }
      if (answer.value.length > 0) this.#record.refusals.served("listing");
      this.#listing = answer.value;
      this.#schedule = this.#makeSchedule();
      this.#onListed();
    } else if (answer.kind === "refused") {
      const { kind, error } = this.#judge.judge("listing", answer.code, answer.text);
      if (kind === "final") return this.#onFailure(error);
      if (kind !== "slowly") return;
      this.#askAt = clock.monotonic() + pace(SLOW_RETRY_MS, RETRY_FLOOR_MS);
      this.#judge.report("listing", error);
      this.#onRefused(error);
    } else if (answer.kind === "timeout" && ++this.#unanswered >= MAX_UNANSWERED) {
      end(unanswered(instrument, "contract details"));
    }
  }

  /** A list that lacks the month that is streamed, before its last trade, was cut short. */
  #isBelievable(listing: readonly ListedFuture[]): boolean {
    const { front } = this.#record;
    if (front === undefined) return true;
    const isOver = lastTradeTime(this.#product, front.lastTradeDate) <=
      this.#tools.venueClock.atLeast();
    return isOver ||
      listing.some(({ contractId }) => contractId === front.future.contractId);
  }
}
