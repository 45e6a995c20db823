/** A market of two coins that are tied together, minute by minute: `ETHUSDT = e^(4 + 1.3 ln BTCUSDT + spread)`. */
import { MINUTE } from "../../lib/model/time.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import { BITCOIN, ETHER, fakeMarket, START } from "./fake_market.ts";

export const HEDGE_RATIO = 1.3;

export function tiedMarket() {
  const made = fakeMarket([BITCOIN, ETHER]);
  const random = seededRandom(11);
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const prices: { y: number; x: number }[] = [];
  let x = 3, spread = 0;
  for (let minute = 0; minute < 400; minute++) {
    x += 0.002 * gauss();
    spread = 0.8 * spread + 0.001 * gauss();
    // No venue's prices have more than eight decimals.
    const price = (log: number) => Number(Math.exp(log).toFixed(8));
    prices.push({ y: price(4 + HEDGE_RATIO * x + spread), x: price(x) });
  }
  const feed = made.feeds.get("binance")!;
  /** A bar of one side, its price times a factor. */
  const bar = (id: "ETHUSDT" | "BTCUSDT", minute: number, factor = 1) => {
    const price = prices[minute]![id === "ETHUSDT" ? "y" : "x"] * factor;
    feed.bar(id, minute, { open: price, high: price, low: price, close: price });
  };
  /** Closes a minute of both, or of one. */
  const closePair = async (minute: number, without: readonly string[] = []) => {
    for (const id of ["ETHUSDT", "BTCUSDT"] as const) if (!without.includes(id)) bar(id, minute);
    feed.now = START + (minute + 1) * MINUTE + 9_000;
    await made.clock.advance(2_000);
  };
  return Object.assign(made, { bar, closePair });
}
