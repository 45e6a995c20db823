import { findProduct, type Product } from "../../calendar/products.ts";
import type { Clock, Timer } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import { type RefusalCause, refusalCause } from "../../wire/tws_refusals.ts";
import { spareClientId } from "./client_ids.ts";
import { ContractSchedule } from "./contracts.ts";
import type {
  FutureQuery,
  Gateway,
  GatewayEvent,
  IndexQuery,
  ListedFuture,
  OpenGateway,
} from "./gateway.ts";
import { Requests } from "./requests.ts";

/** What an account gets of an instrument. */
export type DataOutcome =
  | { readonly kind: "live" | "delayed" }
  /** Refused, or no contract of it is listed. */
  | { readonly kind: "refused"; readonly cause: RefusalCause; readonly code: number | undefined }
  /** No answer in time. */
  | { readonly kind: "silent" };

export interface DataAnswer {
  /** `ES`, `VIX` */
  readonly instrument: string;
  readonly exchange: string;
  /** The contract that was asked about: `ESZ6`; undefined for an index, and where none is known. */
  readonly contract: string | undefined;
  readonly outcome: DataOutcome;
}

export interface DataReport {
  /** One for each that was asked about; empty where the connection did not come about. */
  readonly answers: readonly DataAnswer[];
  /** The account says that it is simulated. */
  readonly isSimulated: boolean;
}

export interface DataCheckOptions {
  readonly host: string;
  readonly port: number;
  readonly futures: readonly FutureQuery[];
  readonly indices: readonly IndexQuery[];
  readonly manualExpiry: string | null;
  readonly openGateway: OpenGateway;
  readonly clock: Clock;
  readonly random: Random;
  /** For all of it, local ms. */
  readonly limitMs: number;
}

/** Live where the account may see it, else delayed. */
const DELAYED = 3;
/** Types of message 58. */
const DELAYED_TYPES: ReadonlySet<number> = new Set([3, 4]);
/** Fields of delayed data. Source: TWS API, "Available Tick Types". */
const isDelayedField = (field: number) => (field >= 66 && field <= 76) || field === 88;
/** How long the contract months may take, and delayed data after a remark, as parts of the limit. */
const LISTING_PART = 0.6;
const REMARKED_PART = 0.3;

/**
 * Asks TWS what the account gets of each instrument: one snapshot each, never a regulatory one, which would be billed.
 * Uses a connection and a client id of its own. Never rejects.
 */
export async function askForData(options: DataCheckOptions): Promise<DataReport> {
  const check = new DataCheck(options);
  try {
    return await check.run();
  } finally {
    await check.close();
  }
}

interface Snapshot {
  /** Message 58 of it; undefined before. */
  type: number | undefined;
  /** The refusal that a remark becomes where no data follows. */
  refusal: Timer | undefined;
  readonly settle: (outcome: DataOutcome) => void;
}

class DataCheck {
  readonly #options: DataCheckOptions;
  readonly #gateway: Gateway;
  readonly #requests: Requests;
  readonly #snapshots = new Map<number, Snapshot>();
  readonly #ready = Promise.withResolvers<boolean>();
  readonly #limit: Timer;
  #id = 1;
  #hasNextId = false;
  #accounts: readonly string[] | undefined;
  #time: number | undefined;

  constructor(options: DataCheckOptions) {
    const { host, port, clock, random, limitMs, openGateway } = options;
    const clientId = spareClientId(random);
    this.#options = options;
    this.#gateway = openGateway({ host, port, clientId, clock }, (event) => this.#take(event));
    const freshId = () => this.#id++;
    this.#requests = new Requests({ gateway: this.#gateway, clock, freshId });
    this.#limit = clock.setTimer(() => this.#end(), limitMs);
  }

  async run(): Promise<DataReport> {
    const isReady = await this.#ready.promise;
    const isSimulated = (this.#accounts ?? []).some((name) => name.startsWith("SIM"));
    if (!isReady) return { answers: [], isSimulated };
    this.#gateway.marketDataType(DELAYED);
    const { futures, indices } = this.#options;
    const answers = await Promise.all([
      ...futures.map((future) => this.#ofFuture(future)),
      ...indices.map((index) => this.#ofIndex(index)),
    ]);
    return { answers, isSimulated };
  }

  close(): Promise<void> {
    this.#end();
    this.#limit.cancel();
    return this.#gateway.close();
  }

  async #ofFuture({ symbol, exchange }: FutureQuery): Promise<DataAnswer> {
    const { limitMs } = this.#options;
    const product = findProduct(symbol)!;
    const asked = { symbol: product.ibkrSymbol, exchange };
    const listed = await this.#requests.futures(asked, limitMs * LISTING_PART);
    const answer = { instrument: symbol, exchange, contract: undefined };
    if (listed.kind === "refused") {
      return { ...answer, outcome: refused(listed.code, listed.text) };
    }
    if (listed.kind !== "ok") return { ...answer, outcome: { kind: "silent" } };
    const front = this.#frontOf(product, listed.value);
    if (front === undefined) {
      return { ...answer, outcome: { kind: "refused", cause: "contract", code: undefined } };
    }
    const outcome = await this.#snapshotOf(front);
    return { ...answer, contract: front.localSymbol, outcome };
  }

  async #ofIndex(index: IndexQuery): Promise<DataAnswer> {
    const { symbol: instrument, exchange } = index;
    return { instrument, exchange, contract: undefined, outcome: await this.#snapshotOf(index) };
  }

  /** The contract that is in front now, or that the user chose. */
  #frontOf(product: Product, listing: readonly ListedFuture[]): ListedFuture | undefined {
    const { manualExpiry } = this.#options;
    return new ContractSchedule(product, listing, manualExpiry).at(this.#time!)?.future;
  }

  #snapshotOf(of: ListedFuture | IndexQuery): Promise<DataOutcome> {
    const id = this.#id++;
    return new Promise((resolve) => {
      const settle = (outcome: DataOutcome) => {
        this.#snapshots.get(id)?.refusal?.cancel();
        this.#snapshots.delete(id);
        resolve(outcome);
      };
      this.#snapshots.set(id, { type: undefined, refusal: undefined, settle });
      this.#gateway.snapshot(id, of);
    });
  }

  #take(event: GatewayEvent): void {
    if (this.#requests.take(event)) return;
    switch (event.kind) {
      case "accounts":
        this.#accounts = event.accounts;
        return this.#greet();
      case "next-id":
        this.#hasNextId = true;
        return this.#greet();
      case "time":
        this.#time = event.time;
        return this.#ready.resolve(true);
      case "data-type": {
        const snapshot = this.#snapshots.get(event.id);
        if (snapshot !== undefined) snapshot.type = event.type;
        return;
      }
      case "tick": {
        const snapshot = this.#snapshots.get(event.id);
        return snapshot?.settle(kindOf(snapshot.type, event.field));
      }
      case "notice":
        return this.#notice(event.id, event.code, event.text);
      case "closed":
        return this.#end();
    }
  }

  /** Nothing may be asked before the accounts and the next id have come. */
  #greet(): void {
    if (this.#hasNextId && this.#accounts !== undefined) this.#gateway.currentTime();
  }

  #notice(id: number, code: number, text: string): void {
    const outcome = refused(code, text);
    const { cause } = outcome;
    if (cause === "none" || this.#requests.refuse(id, code, text)) return;
    const snapshot = this.#snapshots.get(id);
    if (snapshot === undefined) return;
    if (cause !== "permission") return snapshot.settle(outcome);
    // `Displaying delayed market data`: the data follows, or it does not.
    const { clock, limitMs } = this.#options;
    snapshot.refusal ??= clock.setTimer(
      () => snapshot.settle(snapshot.type === undefined ? outcome : kindOf(snapshot.type)),
      limitMs * REMARKED_PART,
    );
  }

  /** Time is up, or the connection is over. */
  #end(): void {
    this.#ready.resolve(false);
    this.#requests.end();
    for (const { type, settle } of [...this.#snapshots.values()]) {
      settle(type === undefined ? { kind: "silent" } : kindOf(type));
    }
  }
}

function kindOf(type: number | undefined, field = NaN): DataOutcome {
  const isDelayed = type === undefined ? isDelayedField(field) : DELAYED_TYPES.has(type);
  return { kind: isDelayed ? "delayed" : "live" };
}

function refused(code: number, text: string): Extract<DataOutcome, { kind: "refused" }> {
  return { kind: "refused", cause: refusalCause(code, text, { isCompeting: false }), code };
}
