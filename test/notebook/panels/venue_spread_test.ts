import assert from "node:assert/strict";
import { venueSpread } from "../../../lib/notebook/panels/venue_spread.ts";
import type { Instrument } from "../../../lib/model/instrument.ts";
import { BITCOIN, ES, fakeMarket } from "../../support/fake_market.ts";

const PERPETUAL: Instrument = {
  ...BITCOIN,
  id: "BTCUSDT@usdm",
  venue: "usdm",
  exchange: "usdm",
  symbol: "BTCUSDT",
};
const COINBASE: Instrument = {
  ...BITCOIN,
  id: "BTC-USD@coinbase",
  venue: "coinbase",
  currency: "USD",
  symbol: "BTC-USD",
};
const KRAKEN: Instrument = {
  ...COINBASE,
  id: "BTC-USD@kraken",
  venue: "kraken",
  symbol: "BTC/USD",
};
const ALL = [BITCOIN, PERPETUAL, COINBASE, KRAKEN, ES];
/** Basis points above 1,000 dollars. */
const ABOVE: Readonly<Record<string, number>> = {
  "BTCUSDT": 0,
  "BTCUSDT@usdm": 5,
  "BTC-USD@coinbase": -30,
  "BTC-USD@kraken": 2,
};

/** Minutes of all venues; `without` names those that lack one. */
async function filled(
  without: (id: string, minute: number) => boolean = () => false,
  minutes = 30,
) {
  const made = fakeMarket(ALL);
  for (let minute = 0; minute < minutes; minute++) {
    const ids = Object.keys(ABOVE);
    for (const id of ids.filter((one) => !without(one, minute))) {
      const close = 1_000 * Math.exp(ABOVE[id]! / 1e4) * (1 + minute / 1e3);
      const venue = ALL.find((one) => one.id === id)!.venue;
      made.feeds.get(venue)!.bar(id, minute, { open: close, high: close, low: close, close });
    }
    await made.close(minute, ids);
  }
  return made;
}

/** Cells of the table's line of a venue. */
function lineOf(text: string, venue: string): string[] {
  const line = text.split("\n").find((one) => one.includes(`(${venue})`));
  assert.ok(line, `${venue} has a line`);
  return line.split(/ {2,}/).map((cell) => cell.trim());
}

Deno.test("each venue is compared with the first, or with the median, in basis points", async () => {
  const { market } = await filled();
  try {
    const { text, html } = await venueSpread(market).draw("a");
    assert.match(text, /^BTC at 4 markets: price differences, SIMULATED/);
    assert.match(
      text,
      /BTC against Binance: Binance USD-M 5\.00 bp above, Coinbase 30\.00 bp below and Kraken 2\.00 bp above/,
    );
    assert.match(text, /beyond the costs of a round, 22\.00 bp: Coinbase in 100\.0 %/);
    assert.match(text, /30 of 30 minutes that all of them have/);
    assert.deepEqual(lineOf(text, "Kraken").slice(2, 6), ["+2.00", "+2.00", "0.00", "–"]);
    assert.match(text, /^BTC\/USDT \(Binance\.com\).*compared with$/m);
    assert.match(text, /^BTC at 4 markets: who leads, SIMULATED$/m);
    assert.match(
      text,
      /Too little data yet: it takes 300 seconds .*; there are 0\. They come with data\.trades/,
    );
    assert.match(html, /USD and USDT are different currencies/);
    assert.match(html, /data-csv-name="differences" data-csv="time,&quot;BTCUSDT@usdm, bp&quot;/);
    assert.doesNotMatch(html + text, /NaN|undefined|Infinity/);

    const median = (await venueSpread(market, { reference: "median" }).draw("a")).text;
    assert.match(median, /BTC against the median/);
    assert.deepEqual(lineOf(median, "Coinbase").slice(2, 4), ["−31.00", "−31.00"]);
    const two = await venueSpread(market, {
      instruments: ["BTC-USD@kraken", "BTC-USD@coinbase"],
      feeBp: 15,
      slippageBp: 0.5,
    }).draw("a");
    assert.match(two.text, /Coinbase 32\.00 bp below; beyond the costs of a round, 31\.00 bp/);
    assert.doesNotMatch(two.html, /different currencies/);
  } finally {
    await market.close();
  }
});

Deno.test("a minute that a venue lacks stays unknown there, and changes no other venue's numbers", async () => {
  const whole = await filled(),
    holed = await filled((id, minute) =>
      id === "BTC-USD@kraken" && (minute === 7 || minute === 29)
    );
  try {
    const [before, after] = [
      (await venueSpread(whole.market).draw("a")).text,
      (await venueSpread(holed.market).draw("a")).text,
    ];
    for (const venue of ["Coinbase", "Binance.com USD-M"]) {
      assert.deepEqual(lineOf(after, venue), lineOf(before, venue));
    }
    const kraken = lineOf(after, "Kraken");
    assert.deepEqual(kraken.slice(1, 4), ["–", "–", "+2.00"], "its newest minute is not the last");
    assert.match(kraken.join(" "), /28 of 30/);
    assert.match(after, /28 of 30 minutes that all of them have/);
    assert.match(after, /Not of now: Kraken without a bar of 15:29:00 UTC\./);
    assert.match(after, /BTC against Binance: Binance USD-M 5\.00 bp above and Coinbase/);
  } finally {
    await whole.market.close();
    await holed.market.close();
  }
});

Deno.test("a venue that is stopped is named, and the others go on", async () => {
  const { market, feeds, close } = await filled();
  try {
    await market.stopVenue("coinbase");
    const ids = Object.keys(ABOVE);
    for (const id of ids.filter((one) => one !== "BTC-USD@coinbase")) {
      const venue = ALL.find((one) => one.id === id)!.venue;
      feeds.get(venue)!.bar(id, 30, { open: 1_000, high: 1_000, low: 1_000, close: 1_000 });
    }
    await close(30, ids);
    const panel = venueSpread(market), { text } = await panel.draw("a");
    assert.match(text, /Not of now: Coinbase \w+, to 15:30:00 UTC\./);
    assert.match(text, /Binance USD-M 0\.00 bp above and Kraken 0\.00 bp above/);
    assert.equal(panel.freshness().isStale, false);
  } finally {
    await market.close();
  }
});

Deno.test("without a second venue the panel says what to add", async () => {
  const { market } = fakeMarket([BITCOIN, ES]);
  try {
    const { text } = await venueSpread(market).draw("a");
    assert.match(
      text,
      /It takes one coin at two venues; followed are BTCUSDT, ES\..*BTC-USD@coinbase/,
    );
  } finally {
    await market.close();
  }
  const { market: empty } = fakeMarket(ALL);
  try {
    assert.match((await venueSpread(empty).draw("a")).text, /No minute has closed yet/);
  } finally {
    await empty.close();
  }
});

Deno.test("what cannot be compared is refused by name", async () => {
  const { market } = fakeMarket(ALL);
  try {
    const refused = (options: object, message: RegExp) =>
      assert.throws(() => venueSpread(market, options), message);
    refused({ instruments: ["BTCUSDT"] }, /2 to 6 markets, got 1 \(venueSpread\)/);
    refused({ instruments: ["BTCUSDT", "ES"] }, /markets of one coin, got BTC and ES/);
    refused({ instruments: ["BTCUSDT", "SOLUSDT"] }, /got SOLUSDT/);
    refused({ coin: "ETH", instruments: ["BTCUSDT", "BTCUSDT@usdm"] }, /one coin, got BTC/);
    refused({ reference: "ES" }, /reference must be median or one of BTCUSDT, .*, got ES/);
    refused({ days: 2 }, /days must be one of 1, 3, 7, 30, got 2/);
    refused({ feeBp: -1 }, /feeBp must be a number of 0 or more, got -1/);
    refused({ slippageBp: NaN }, /slippageBp must be a number of 0 or more, got NaN/);
    refused({ width: 100 }, /width must be at least 320, got 100/);
    refused({ coin: "" }, /coin must be the name of one, such as BTC/);
    refused({ refrence: "median" }, /did you mean reference/);
  } finally {
    await market.close();
  }
});
