/** Events and sinks for tests of what stands between a market and its sinks. */
import type { MarketEvent } from "../../lib/market/market_event.ts";
import type { Sink } from "../../lib/market/sink.ts";
import { afterTurn } from "../../lib/runtime/after_turn.ts";
import { barAt } from "./bars.ts";
import { ManualClock } from "./manual_clock.ts";

export function trade(price: number): MarketEvent {
  return { kind: "trade", instrument: "ES", time: 1, price, size: 1, receivedAt: 1 } as MarketEvent;
}

export function closed(price: number): MarketEvent {
  const bar = barAt(0, price);
  return { kind: "bar", instrument: "ES", bar, origin: "stream", change: "new", receivedAt: 1 };
}

export function priceOf(event: MarketEvent): number {
  return event.kind === "trade" ? event.price : event.kind === "bar" ? event.bar.close : NaN;
}

export interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export function worldOf() {
  const clock = new ManualClock(), lines: Line[] = [];
  const at = (level: string) => (message: string, fields = {}) =>
    void lines.push({ level, message, fields });
  const log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  return { clock, lines, options: { clock, afterTurn, log } };
}

/** Lets batches be given. */
export async function turns(count = 5): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise<void>(afterTurn);
}

export function sinkOf(parts: Partial<Sink> = {}) {
  const taken: number[] = [], calls: string[] = [];
  const sink: Sink = {
    name: "test",
    take: (event) => void taken.push(priceOf(event)),
    flush: () => Promise.resolve(void calls.push("flush")),
    close: () => Promise.resolve(void calls.push("close")),
    ...parts,
  };
  return { sink, taken, calls };
}
