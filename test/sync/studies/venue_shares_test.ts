import assert from "node:assert/strict";
import { venueSharesSentence, venueSharesTable } from "../../../lib/charts/venue_shares_text.ts";
import { HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { priceDiscovery } from "../../../lib/stats/stationarity/price_discovery.ts";
import type { SecondPrices } from "../../../lib/sync/studies/second_prices.ts";
import type { StudyScope } from "../../../lib/sync/studies/study.ts";
import { venueSharesStudy } from "../../../lib/sync/studies/venue_shares.ts";
import { FROM, simulatedMarket, simulatedSeconds } from "./simulated_sides.ts";

const SCOPE: StudyScope = { timeframe: "1m", days: 1, hours: "all", sides: [] };
const NAMES = ["Binance", "Coinbase", "Kraken"];
const IDS = ["BTCUSDT", "BTC-USD@coinbase", "BTC-USD@kraken"];

const market = simulatedMarket(84);
const from = FROM + 12 * HOUR;
const seconds = IDS.map((id) => simulatedSeconds(market, id, from, from + HOUR));

function run(all: readonly SecondPrices[], names = NAMES) {
  return venueSharesStudy.run(SCOPE, { names, seconds: all });
}

function found(all: readonly SecondPrices[]) {
  const result = run(all);
  if (result.kind === "lacking") throw new Error(result.reason);
  return result;
}

const kept = ({ time, price }: SecondPrices, isKept: (time: number, row: number) => boolean) => {
  const rows = Array.from(time.keys()).filter((row) => isKept(time[row]!, row));
  return {
    time: Float64Array.from(rows, (row) => time[row]!),
    price: Float64Array.from(rows, (row) => price[row]!),
  };
};

Deno.test("the venue that repeats the others makes next to nothing of the price", () => {
  const { found: { shares, left }, evidence } = found(seconds);
  assert.deepEqual([shares.map(({ venue }) => venue), left], [[0, 1, 2], []]);
  assert.ok(shares[2]!.information.hi < 0.1, `${shares[2]!.information.hi}`);
  for (const { information: { lo, hi } } of shares.slice(0, 2)) assert.ok(lo < hi && hi > 0.3);
  const sum = shares.reduce((total, { component }) => total + component, 0);
  assert.ok(Math.abs(sum - 1) < 1e-9);
  assert.ok(evidence.n > 3_500 && evidence.n <= 3_601 && evidence.n === evidence.expected);
  const said = venueSharesSentence(found(seconds).found, NAMES);
  assert.match(said, /^Of what moves the price for good, .+ and Kraken \d( to \d)? %\.$/);
  const { rows, note } = venueSharesTable(found(seconds).found, NAMES, evidence.n);
  assert.match(
    rows[0]!.join(" | "),
    /^Binance \| \d+ to \d+ % \| \d+ % \| .* to .* % \| [\d,]+ of 3,\d+ s$/,
  );
  assert.doesNotMatch(note!, /left out/);
});

Deno.test("shares are those of priceDiscovery on the prices that stand at each second's end", () => {
  const begin = Math.max(...seconds.map(({ time }) => time[0]!));
  const end = Math.min(...seconds.map(({ time }) => time.at(-1)!));
  const standing = ({ time, price }: SecondPrices) =>
    Array.from(
      { length: (end - begin) / SECOND + 1 },
      (_, i) => price[time.findLastIndex((one) => one <= begin + i * SECOND)]!,
    );
  const wanted = priceDiscovery(seconds.map(standing), { lags: 20 });
  const { shares } = found(seconds).found;
  shares.forEach(({ component, bse, information }, i) => {
    assert.ok(Math.abs(component - wanted.componentShares[i]!) < 1e-8);
    assert.ok(Math.abs(bse - wanted.bse[i]!) < 1e-8);
    assert.ok(Math.abs(information.lo - wanted.informationShares[i]!.lo) < 1e-8);
    assert.ok(Math.abs(information.hi - wanted.informationShares[i]!.hi) < 1e-8);
  });
});

Deno.test("a price that another venue has changes nothing of what stands at one that is silent", () => {
  const silent = kept(
    seconds[1]!,
    (time) => time < from + 20 * MINUTE || time >= from + 22 * MINUTE,
  );
  const { shares } = found([seconds[0]!, silent, seconds[2]!]).found;
  assert.ok(shares[1]!.n < found(seconds).found.shares[1]!.n);
  const broken = kept(
    seconds[1]!,
    (time) => time < from + 20 * MINUTE || time >= from + 30 * MINUTE,
  );
  const { evidence } = found([seconds[0]!, broken, seconds[2]!]);
  assert.ok(evidence.n <= 30 * 60 + 1, "after a long silence it begins anew");
});

Deno.test("who has too few trades, or a price of its own, is left out by name", () => {
  const few = kept(seconds[2]!, (_, row) => row < 200);
  const without = found([seconds[0]!, seconds[1]!, few]);
  assert.deepEqual(without.found.left, [
    { venue: 2, reason: "200 of 300 seconds with trades" },
  ]);
  assert.deepEqual(without.found.shares, found(seconds.slice(0, 2)).found.shares);
  const { note } = venueSharesTable(without.found, NAMES, without.evidence.n);
  assert.match(note!, /Kraken is left out: 200 of 300 seconds with trades\./);
  const ether = simulatedSeconds(market, "ETHUSDT", from, from + HOUR);
  const { left, shares } = found([seconds[0]!, ether, seconds[1]!]).found;
  assert.deepEqual(shares.map(({ venue }) => venue), [0, 2]);
  assert.deepEqual(left.map(({ venue }) => venue), [1]);
  assert.match(left[0]!.reason, /does not come back/);
  const none = run([seconds[0]!, ether]);
  assert.equal(none.kind, "lacking");
  assert.match(none.kind === "lacking" ? none.reason : "", /two venues whose prices come back/);
});

Deno.test("too short a time, and no trades at all, are lacking", () => {
  const short = seconds.map((side) => kept(side, (time) => time < from + 9 * MINUTE));
  const result = run(short);
  assert.equal(result.kind, "lacking");
  const nothing = { time: new Float64Array(), price: new Float64Array() };
  const empty = run([nothing, nothing]);
  assert.equal(empty.kind, "lacking");
  assert.deepEqual([empty.evidence.n, empty.evidence.from], [0, NaN]);
  assert.match(empty.kind === "lacking" ? empty.reason : "", /0 of 300 seconds with trades/);
});
