import assert from "node:assert/strict";
import { venueLeadSentence, venueLeadTable } from "../../../lib/charts/venue_lead_text.ts";
import { HOUR, SECOND } from "../../../lib/model/time.ts";
import { leadLag } from "../../../lib/stats/ticks/lead_lag.ts";
import type { SecondPrices } from "../../../lib/sync/studies/second_prices.ts";
import type { StudyScope } from "../../../lib/sync/studies/study.ts";
import { venueLeadStudy } from "../../../lib/sync/studies/venue_lead.ts";
import { FROM, simulatedMarket, simulatedSeconds } from "./simulated_sides.ts";

const SCOPE: StudyScope = { timeframe: "1m", days: 1, hours: "all", sides: [] };
const NAMES = ["Binance", "Coinbase", "Kraken"];
const IDS = ["BTCUSDT", "BTC-USD@coinbase", "BTC-USD@kraken"];

const market = simulatedMarket(84);
const from = FROM + 12 * HOUR;
const seconds = IDS.map((id) => simulatedSeconds(market, id, from, from + HOUR));

function found(all: readonly SecondPrices[], names = NAMES) {
  const result = venueLeadStudy.run(SCOPE, { names, seconds: all });
  if (result.kind === "lacking") throw new Error(result.reason);
  return result;
}

Deno.test("the venue that follows is found, those that move together are said to", () => {
  const { found: leads, evidence } = found(seconds);
  const direction = (first: number, second: number) =>
    leads.pairs.find((one) => one.first === first && one.second === second)!.reading;
  assert.equal(direction(0, 1).direction, "together");
  for (const leader of [0, 1]) {
    const { direction: which, lagMs, interval } = direction(leader, 2);
    assert.equal(which, "first");
    assert.ok(Math.abs(lagMs - market.venueLag.lagMs) <= SECOND, `${lagMs}`);
    assert.ok(interval!.loMs <= 5_000 && interval!.hiMs >= 5_000);
  }
  assert.equal(market.venueLag.follower, "kraken");
  assert.match(
    venueLeadSentence(leads, NAMES),
    /^Kraken follows Binance and Coinbase by 5 s; together within a second: Binance with Coinbase\.$/,
  );
  const { rows } = venueLeadTable(leads, NAMES);
  assert.deepEqual(rows[1]!.slice(0, 3), ["Binance – Kraken", "Binance leads", "5 s"]);
  assert.ok(evidence.n > 500 && evidence.expected <= 3_600);
});

Deno.test("the order of the venues changes the signs alone", () => {
  const there = found(seconds.slice(1)).found.pairs[0]!;
  const back = found(seconds.slice(1).toReversed()).found.pairs[0]!;
  assert.deepEqual([there.reading.direction, back.reading.direction], ["first", "second"]);
  assert.equal(there.reading.lagMs, back.reading.lagMs);
  assert.equal(there.n, back.n);
});

Deno.test("a third venue changes nothing of a pair but how far it is corrected", () => {
  const alone = found(seconds.slice(0, 2)).found.pairs[0]!;
  const among = found(seconds).found.pairs[0]!;
  assert.deepEqual({ ...among, adjusted: 0 }, { ...alone, adjusted: 0 });
  const other = seconds[2]!.price.map((log) => log + 1);
  const changed = found([seconds[0]!, seconds[1]!, { ...seconds[2]!, price: other }]).found.pairs;
  assert.deepEqual(changed[0], among);
});

Deno.test("a pair is that of leadLag on its own seconds", () => {
  const [a, b] = seconds as [SecondPrices, SecondPrices];
  const begin = Math.max(a.time[0]!, b.time[0]!), end = Math.min(a.time.at(-1)!, b.time.at(-1)!);
  const within = ({ time, price }: SecondPrices) => {
    const rows = Array.from(time.keys()).filter((row) => time[row]! >= begin && time[row]! <= end);
    return [rows.map((row) => time[row]!), rows.map((row) => price[row]!)] as const;
  };
  const lagsMs = Float64Array.from({ length: 31 }, (_, i) => (i - 15) * SECOND);
  const wanted = leadLag(...within(a), ...within(b), { lagsMs });
  const { correlation } = found(seconds).found.pairs[0]!;
  assert.equal(correlation, wanted.correlations[15 + wanted.lagMs / SECOND]);
});

Deno.test("too few seconds, and prices that have nothing in common, are not known", () => {
  const few = ({ time, price }: SecondPrices, length = 200) => ({
    time: time.slice(0, length),
    price: price.slice(0, length),
  });
  const lacking = venueLeadStudy.run(SCOPE, {
    names: NAMES,
    seconds: seconds.map((one) => few(one)),
  });
  assert.equal(lacking.kind, "lacking");
  assert.match(
    lacking.kind === "lacking" ? lacking.reason : "",
    /it takes 300 seconds .* there are 1\d\d/,
  );
  const none = { time: new Float64Array(), price: new Float64Array() };
  const part = found([seconds[0]!, seconds[1]!, none]).found;
  assert.match(venueLeadSentence(part, NAMES), /not known of 2 pairs\.$/);
  assert.match(
    venueLeadTable(part, NAMES).note!,
    /Binance – Kraken and Coinbase – Kraken: too few/,
  );

  const gold = simulatedMarket(85);
  const apart = found([seconds[0]!, simulatedSeconds(gold, "BTCUSDT", from, from + HOUR)], [
    "a",
    "b",
  ]);
  assert.equal(apart.found.pairs[0]!.reading.direction, "unknown");
  assert.equal(
    venueLeadSentence(apart.found, ["a", "b"]),
    "No venue is seen to lead; not known of 1 pair.",
  );
});

Deno.test("a lead that one pair alone would have is not claimed among many that were looked at", () => {
  const markets = [212, 216, 206, 213, 201, 211].map((seed) =>
    simulatedSeconds(simulatedMarket(seed), "BTCUSDT", from, from + HOUR)
  );
  const [alone] = found(markets.slice(0, 2), ["a", "b"]).found.pairs;
  assert.equal(alone!.reading.direction, "first", "by luck: the two have nothing in common");
  const [among] = found(markets, ["a", "b", "c", "d", "e", "f"]).found.pairs;
  assert.ok(among!.adjusted > 0.05);
  assert.equal(among!.reading.direction, "unknown");
});
