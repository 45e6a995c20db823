import type { MarketEvent } from "../market/market_event.ts";
import type { Sink } from "../market/sink.ts";
import type { AlertChange } from "../model/alert.ts";
import type { Log } from "../runtime/log.ts";
import type { AlertDesk } from "./alert_desk.ts";
import type { AlertOutbox } from "./alert_outbox.ts";

/** Brings what the desk has judged to the log and to the outbox, outside the feeds' turn. */
export class AlertSink implements Sink {
  readonly name = "alerts";
  readonly #desk: AlertDesk;
  readonly #outbox: AlertOutbox | undefined;
  readonly #log: Log;
  #draining: Promise<void> = Promise.resolve();

  /** @param outbox where there is none, alerts reach the log, the event stream and the page alone. */
  constructor(desk: AlertDesk, { outbox, log }: {
    readonly outbox?: AlertOutbox | undefined;
    readonly log: Log;
  }) {
    this.#desk = desk;
    this.#outbox = outbox;
    this.#log = log;
  }

  async take(event: MarketEvent): Promise<void> {
    if (event.kind === "alert") this.#write(event.change);
    if (event.kind === "alert" || event.kind === "minute") await this.#drain();
  }

  async flush(): Promise<void> {
    await this.#drain();
    await this.#outbox?.flush();
  }

  async close(): Promise<void> {
    await this.#outbox?.close();
  }

  /** One after the other, whoever asks: a checkpoint must not be kept before an older one. */
  #drain(): Promise<void> {
    return this.#draining = this.#draining.then(async () => {
      for (const record of this.#desk.takeRecords()) await this.#outbox?.record(record);
    });
  }

  #write({ kind, body }: AlertChange): void {
    const { id, rule, of, severity, value, n, expected, time } = body;
    const level = kind === "resolved" || severity === "info" ? "info" : "warn";
    this.#log[level](body.message, {
      alert: id,
      rule,
      of,
      severity,
      change: kind,
      value,
      n,
      expected,
      time,
    });
  }
}
