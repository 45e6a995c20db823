import { MINUTE } from "../../model/time.ts";
import type { TwsContractQuery } from "../../wire/tws_request.ts";
import type { OnHistory } from "../served_history.ts";
import type { Truth } from "../truth.ts";
import type { VenueTime } from "../venue_time.ts";
import { type Contract, ContractBook } from "./contracts.ts";
import { Faults } from "./faults.ts";
import { Limits, Pacing } from "./pacing.ts";
import { type Refusal, Refusals } from "./refusals.ts";
import { Tape } from "./tape.ts";
import { Troubles } from "./troubles.ts";

/** The account's permission for a root: live data, data delayed by ten minutes, or none. */
export type Permission = "live" | "delayed" | "none";

/** How the venue answers a client's first bytes. */
export type Handshake =
  | "ok"
  /** Accepts the connection and never sends anything, as a hung Gateway. */
  | "silent"
  /** All of the start but the next valid id. */
  | "no-next-valid-id"
  /** Names protocol version 194, above what `@stoqey/ib` 1.6.10 speaks. */
  | "version-194";

/** How a simulated TWS behaves. */
export interface TwsServerOptions {
  /** By root. @default every root live */
  readonly permissions?: Readonly<Record<string, Permission>>;
  /** Streams of single trades that the account may have at once. @default 5 */
  readonly tickByTickLimit?: number;
  /** Least venue ms between two samples of a market-data line. @default 250 */
  readonly sampleMs?: number;
  /** @default "ok" */
  readonly handshake?: Handshake;
  /** Highest protocol version spoken. @default 193 */
  readonly version?: 176 | 193;
  /** The account's name. @default "SIM1234567" */
  readonly account?: string;
}

/** Delay of CME data for those who have not subscribed. */
export const DELAY_MS = 10 * MINUTE;

/** What all sessions of one server share: the data, the rules and the faults in force. */
export class Venue {
  readonly truth: Truth;
  readonly tape: Tape;
  readonly book: ContractBook;
  readonly time: VenueTime;
  readonly options: TwsServerOptions;
  readonly onHistory: OnHistory | undefined;
  readonly pacing = new Pacing();
  readonly faults = new Faults();
  readonly troubles = new Troubles();
  /** Requests by kind. */
  readonly requests: Record<string, number> = {};
  pacingViolations = 0;
  /** True while the server has lost IBKR: no data, no history. */
  isDisconnected = false;

  /** @param onHistory called with each answer of history. */
  constructor(truth: Truth, time: VenueTime, options: TwsServerOptions, onHistory?: OnHistory) {
    this.truth = truth;
    this.tape = new Tape(truth);
    this.book = new ContractBook(truth);
    this.time = time;
    this.options = options;
    this.onHistory = onHistory;
  }

  count(kind: string): void {
    this.requests[kind] = (this.requests[kind] ?? 0) + 1;
  }

  get tickByTickLimit(): number {
    return this.options.tickByTickLimit ?? Limits.tickByTick;
  }

  permissionOf({ listing }: Contract): Permission {
    return this.options.permissions?.[listing.root] ?? "live";
  }

  /** The one contract a data request means. */
  resolve(query: TwsContractQuery): Contract | Refusal {
    if (query.exchange === "") return Refusals.invalid("Please enter exchange");
    const found = this.book.find(query, this.time.now());
    if (found.length === 0) return Refusals.unknownContract;
    return found.length === 1 ? found[0]! : Refusals.ambiguousContract(query.symbol);
  }

  /** Counts a request that came too fast, and gives back what to say. */
  paced(refusal: Refusal): Refusal {
    this.pacingViolations++;
    return refusal;
  }
}

/** True when a request is to be refused. */
export function isRefusal<T extends object>(value: T | Refusal): value is Refusal {
  return "code" in value && "text" in value;
}
