import { durationText } from "../model/duration.ts";
import { percentText, priceText } from "./number_text.ts";

/** Two points of a chart between which a reader measures. */
export interface Measurement {
  /** Open times of bars, epoch ms UTC. */
  readonly fromTime: number;
  readonly toTime: number;
  readonly fromPrice: number;
  readonly toPrice: number;
}

/**
 * What lies between: `+12.25 (+0.18 %)` and `15 bars, 15 min · 10:45 to 11:00 UTC`; a minus sign before bars to the left.
 *
 * @param bars how many later the second point is.
 */
export function measurementText(
  { fromTime, toTime, fromPrice, toPrice }: Measurement,
  bars: number,
  decimals: number,
): [price: string, time: string] {
  const change = toPrice - fromPrice;
  const sign = change > 0 ? "+" : "";
  const share = fromPrice === 0 ? NaN : change / Math.abs(fromPrice) * 100;
  const duration = durationText(Math.abs(toTime - fromTime)) || "0s";
  const back = bars < 0 ? "−" : "";
  const day = (time: number) => new Date(time).toISOString().slice(5, 10);
  const clock = (time: number) => new Date(time).toISOString().slice(11, 16);
  const isOneDay = day(fromTime) === day(toTime);
  const at = (time: number) => isOneDay ? clock(time) : `${day(time)} ${clock(time)}`;
  return [
    `${sign}${priceText(change, decimals)} (${percentText(share)})`,
    `${back}${Math.abs(bars)} bars, ${duration} · ${at(fromTime)} to ${at(toTime)} UTC`,
  ];
}
