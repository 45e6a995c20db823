import type { BusFigures } from "../bus/bus_gauge.ts";
import { family } from "./metrics_text.ts";

/** A broker and those who take from it, in the text format of Prometheus. @param figures undefined where it is away */
export function busMetricsText(figures: BusFigures | undefined): string {
  const gauge = (name: string, value: number | undefined) =>
    family(`comove_bus_${name}`, "gauge", [[{}, value ?? NaN]]);
  return [
    gauge("up", figures === undefined ? 0 : 1),
    gauge("end", figures?.end),
    gauge("bytes", figures?.bytes),
    gauge("writer_lag_messages", figures?.writer?.messages),
    gauge("writer_lag_seconds", figures === undefined ? undefined : ageOf(figures)),
    gauge("readers", figures?.readers.count),
    gauge("reader_lag_messages", figures?.readers.mostPending),
  ].join("");
}

function ageOf({ writer }: BusFigures): number | undefined {
  return writer === undefined ? undefined : writer.ageMs / 1_000;
}
