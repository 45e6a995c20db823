import type { MarketEvent } from "./market_event.ts";
import { assertSink, type Sink, type SinkStatus } from "./sink.ts";
import { SinkRunner, type SinkRunnerOptions } from "./sink_runner.ts";

/** The sinks of a market, each with its own queue. */
export class Sinks {
  readonly #options: SinkRunnerOptions;
  readonly #runners = new Map<string, SinkRunner>();
  #isClosed = false;

  constructor(options: SinkRunnerOptions) {
    this.#options = options;
  }

  get status(): SinkStatus[] {
    return [...this.#runners.values()].map((runner) => runner.status);
  }

  /**
   * Gives a sink every event from now on.
   *
   * @returns detaches it: delivers what is queued for it, flushes and closes it, within a time limit.
   * @throws {TypeError} for what is no sink; {RangeError} for a name that is taken, or a closed market.
   */
  attach(sink: Sink): () => Promise<void> {
    assertSink(sink);
    if (this.#isClosed) {
      throw new RangeError(`the market is closed: ${sink.name} cannot be attached`);
    }
    if (this.#runners.has(sink.name)) {
      throw new RangeError(`a sink's name must be its own, and ${sink.name} is attached already`);
    }
    const runner = new SinkRunner(sink, this.#options);
    this.#runners.set(sink.name, runner);
    return async () => {
      await runner.close();
      // Those of a closed market stay in its status, with what they lost.
      if (!this.#isClosed && this.#runners.get(sink.name) === runner) {
        this.#runners.delete(sink.name);
      }
    };
  }

  /** Queues an event for each; never throws. */
  take(event: MarketEvent): void {
    for (const runner of this.#runners.values()) runner.take(event);
  }

  /**
   * Flushes all of them at once, then closes them, each within its time limit: one may rest on another to the end, as
   * alerts do on the store.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    const runners = [...this.#runners.values()];
    await Promise.all(runners.map((runner) => runner.flush()));
    await Promise.all(runners.map((runner) => runner.close()));
  }
}
