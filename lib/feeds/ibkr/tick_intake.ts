import { DelayedForming } from "./delayed_forming.ts";
import { latestPossible, type SessionTools } from "./session_tools.ts";
import type { StreamRecord } from "./stream_record.ts";

/** Message 58: 3 delayed, 4 delayed and frozen. */
const DELAYED_TYPES = [3, 4];

/** What delayed mode receives live of one instrument: the forming minute, and which kind of data it is. */
export class TickIntake {
  readonly #tools: SessionTools;
  readonly #record: StreamRecord;
  #forming = new DelayedForming();

  constructor(tools: SessionTools, record: StreamRecord) {
    this.#tools = tools;
    this.#record = record;
  }

  /** Forgets the minute being made (another contract). */
  reset(): void {
    this.#forming = new DelayedForming();
  }

  /** Takes one market-data field. */
  tick(field: number, value: number): void {
    const { emit, clock } = this.#tools.context;
    const { instrument, source, contract = "" } = this.#record;
    const latest = latestPossible(this.#tools);
    const bar = this.#forming.take(field, value, { source, contract }, latest);
    if (bar === undefined) return;
    emit({ kind: "forming", instrument, bar, receivedAt: clock.now() });
  }

  /** The venue says what kind of data follows; that, not the request, decides the label. */
  dataType(type: number): void {
    const { context } = this.#tools;
    const record = this.#record;
    const source = DELAYED_TYPES.includes(type) ? "delayed" : context.source;
    if (source === record.reportedSource) return;
    record.source = record.reportedSource = source;
    const receivedAt = context.clock.now();
    context.emit({ kind: "label", instrument: record.instrument, source, receivedAt });
  }
}
