import { MINUTE, SECOND } from "../../model/time.ts";
import type { SessionTools } from "./session_tools.ts";

/** Delayed ticks come within seconds of the remark that they are delayed, venue ms. */
const LIMIT_MS = MINUTE;
const LIMIT_FLOOR_MS = 2 * SECOND;

/** What TWS remarked about a request for delayed data. */
export interface Remark {
  readonly code: number;
  readonly text: string;
}

/** Waits for the delayed data that TWS has announced by a remark. */
export class DelayedDue {
  readonly #tools: Pick<SessionTools, "context" | "pace">;
  #remark: Remark | undefined;
  #since = 0;

  constructor(tools: Pick<SessionTools, "context" | "pace">) {
    this.#tools = tools;
  }

  /** TWS has made its remark; a second one changes nothing. */
  begin(code: number, text: string): void {
    if (this.#remark === undefined) this.#since = this.#now;
    this.#remark ??= { code, text };
  }

  /** The data came, or is not wanted any more. */
  end(): void {
    this.#remark = undefined;
  }

  /** No data is due now (closed market, venue cut off): the wait begins anew. */
  pause(): void {
    this.#since = this.#now;
  }

  /** The remark, once no data has followed in time; it is forgotten with that. */
  missed(): Remark | undefined {
    const remark = this.#remark;
    if (remark === undefined) return undefined;
    if (this.#now - this.#since < this.#tools.pace(LIMIT_MS, LIMIT_FLOOR_MS)) return undefined;
    this.#remark = undefined;
    return remark;
  }

  get #now(): number {
    return this.#tools.context.clock.monotonic();
  }
}
