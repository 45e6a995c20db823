import assert from "node:assert/strict";
import type { Market } from "../../../lib/market/market.ts";
import type { Bar } from "../../../lib/model/bar.ts";
import { MINUTE, SECOND } from "../../../lib/model/time.ts";
import * as panels from "../../../lib/notebook/panels/mod.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { BITCOIN, ES, fakeMarket, START } from "../../support/fake_market.ts";

const INDICES = ["DVOL", "VIX"].map((id) => ({ ...ES, id, kind: "index" as const }));

/** Two walks that move together, from 15:00 UTC of a Wednesday on; bitcoin runs ahead for five minutes at one. */
function bars(minutes: number, { aheadAt = -1, spikeAt = -1 } = {}) {
  const random = seededRandom(7);
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const found: Record<"BTCUSDT" | "ES", Partial<Bar>>[] = [];
  let x = 60_000, y = 6_000;
  for (let i = 0; i < minutes; i++) {
    const shared = gauss();
    const before = [x, y] as const;
    const isAhead = aheadAt >= 0 && i >= aheadAt && i < aheadAt + 5;
    x *= Math.exp(0.0005 * (0.9 * shared + 0.4 * gauss()) + (isAhead ? 0.001 : 0));
    y *= Math.exp(0.0005 * (0.9 * shared + 0.4 * gauss()));
    const bar = (open: number, close: number) => ({
      open,
      close,
      high: Math.max(open, close),
      low: Math.min(open, close),
      volume: i === spikeAt ? 40 : 10,
    });
    found.push({ BTCUSDT: bar(before[0], x), ES: bar(before[1], y) });
  }
  return found;
}

async function opened(minutes: number, options = {}, instruments = [BITCOIN, ES]) {
  const fake = fakeMarket(instruments);
  const { market, feeds, clock } = fake;
  const all = bars(minutes, options);
  const indexBar = { open: 50, high: 52.5, low: 50, close: 52.5, volume: NaN };
  const minute = async (i: number) => {
    for (const { id, venue } of market.instruments) {
      const change = id === "BTCUSDT" || id === "ES" ? all[i]![id] : indexBar;
      feeds.get(venue)!.bar(id, i, change);
    }
    for (const feed of feeds.values()) feed.now = START + (i + 1) * MINUTE + 9 * SECOND;
    await clock.advance(2 * SECOND);
  };
  for (let i = 0; i < minutes; i++) await minute(i);
  return { market, feeds };
}

Deno.test("deskHeader says prices with their change and since when, volume, divergence and lead", async () => {
  const { market } = await opened(80, { spikeAt: 79 });
  const { text, html } = await panels.deskHeader(market).draw("desk");
  assert.match(text, /^BTC\/USDT [\d,]+\.\d+ [▲▼] [+−]\d+\.\d\d % · ES [\d,]+\.\d\d [▲▼] /);
  assert.match(text, /SIMULATED · % since 2025-12-03 15:01:00 UTC/);
  // 19 minutes of 10 and one of 40: 40 / 11.5.
  assert.match(text, /^BTC\/USDT VOL 3\.5x spike \| ES VOL 3\.5x spike$/m);
  assert.match(text, /DIV: [+−]\d\.\dσ \(BTC[<>]ES\)/);
  assert.match(text, /lead n\/a: BTC 0 and ES 0 seconds with trades, it takes 300/);
  assert.match(html, /^<comove-desk [^>]*data-id="desk"/);
  await market.close();
});

Deno.test("the divergence is coloured while it is armed alone, and says why it is grey", async () => {
  // 15:00 UTC is within New York's hours, and the two move together.
  const { market } = await opened(80);
  const armed = await panels.deskHeader(market).draw("desk");
  assert.doesNotMatch(armed.text, /grey/);
  await market.close();
  const short = await opened(15);
  const grey = await panels.deskHeader(short.market).draw("desk");
  assert.match(grey.text, /DIV: n\/a \(BTC, ES\), grey: too few bars, or one is missing/);
  assert.match(grey.html, /title="[^"]*not armed: too few bars/);
  await short.market.close();
});

Deno.test("a tick of the header takes at most 300 bytes and comes twice a second at most, or as asked", async () => {
  const { market } = await opened(30);
  const header = panels.deskHeader(market);
  const ticks = header.parts!.find(({ name }) => name === "ticks")!;
  assert.equal(ticks.minIntervalMs, 500);
  const { html, text } = ticks.draw("header-12")!;
  assert.ok(html.length + text.length <= 300, `${html.length} bytes`);
  assert.match(html, /data-id="header-12:ticks" data-packet='\[\d+,[\d.]+,[\d.]+\]'/);
  assert.equal(ticks.draw("header-12"), undefined, "it has just been sent");
  const fast = panels.deskHeader(market, { ticksPerSecond: { BTCUSDT: 50, ES: 50 } }).parts![0]!;
  assert.equal(fast.minIntervalMs, 20);
  assert.ok(fast.draw("header-12") !== undefined);
  await new Promise((resolve) => setTimeout(resolve, 40));
  assert.equal(fast.draw("header-12"), undefined, "no price has changed");
  assert.throws(() => panels.deskHeader(market, { ticksPerSecond: 51 }), /at most 50, got 51/);
  await market.close();
});

Deno.test("a price that waits for its pace is held back, and sent when its time has come", async () => {
  const { market, feeds } = await opened(30);
  const [part] = panels.deskHeader(market, { ticksPerSecond: { BTCUSDT: 50, ES: 10 } }).parts!;
  assert.ok(part!.draw("header") !== undefined && !part!.holdsBack!());
  // Until one falls within the interval of the price before it, which ends while this runs.
  let price = 6_000;
  do {
    const all = { open: ++price, high: price, low: price, close: price };
    feeds.get("ibkr")!.bar("ES", 30 + price - 6_001, all);
  } while (part!.draw("header") !== undefined && price < 6_100);
  assert.ok(part!.holdsBack!());
  await new Promise((resolve) => setTimeout(resolve, 110));
  assert.match(part!.draw("header")!.html, new RegExp(`${price}`));
  assert.ok(!part!.holdsBack!());
  await market.close();
});

Deno.test("volatilityStrip is one line in the desk's words, with the indices that are followed", async () => {
  const { market } = await opened(70, {}, [BITCOIN, ES, ...INDICES.toReversed()]);
  const { text } = await panels.volatilityStrip(market).draw("id");
  assert.match(
    text,
    /^VOL: RV15 \d+\.\d% · RV60 \d+\.\d% \(\d\.\dx[ ▲▼]*\) · DVOL 52\.5 · VIX 52\.5 · BTC\/USDT/,
  );
  assert.match(text, /as % a day of 24 h.*indices: implied, % a year/);
  const ofDay = Number(/RV60 ([\d.]+)%/.exec(text)![1]);
  const year = await panels.volatilityStrip(market, { unit: "year" }).draw("id");
  const ofYear = Number(/RV60 ([\d.]+)%/.exec(year.text)![1]);
  assert.ok(Math.abs(ofYear / ofDay / Math.sqrt(365) - 1) < 0.05, `${ofYear} and ${ofDay}`);
  await market.close();
});

Deno.test("volatilityStrip leaves out what is not followed, and says n/a for what is not known", async () => {
  const { market } = await opened(5);
  const { text } = await panels.volatilityStrip(market).draw("id");
  assert.match(text, /^VOL: RV15 n\/a · RV60 n\/a · BTC\/USDT/);
  assert.doesNotMatch(text, /DVOL|VIX|indices/);
  assert.throws(() => panels.volatilityStrip(market, { unit: "week" as never }), /day or year/);
  await market.close();
});

/** Both outputs of a divergence panel. */
async function divergenceOf(market: Market, options: panels.DivergencePanelOptions = {}) {
  const panel = panels.divergencePanel(market, options);
  const now = await panel.draw("id"), list = panel.parts![0]!.draw("id")!;
  return { text: `${now.text}\n${list.text}`, html: now.html + list.html, panel };
}

Deno.test("divergencePanel lists what went apart, with a link to its place, and counts today's", async () => {
  const { market } = await opened(140, { aheadAt: 100 });
  const { text, html } = await divergenceOf(market);
  assert.match(text, /none goes on · today \(UTC\) \d+, [1-9]\d* major · in the history \d+, /);
  const row = text.split("\n").find((line) => /2025-12-03 16:4\d:00 UTC +!! major/.test(line))!;
  assert.match(row, /\+\d\.\dσ +BTC\/USDT > ES +\d+m /);
  const from = Date.parse(`2025-12-03T${/16:4\d/.exec(row)![0]}:00Z`);
  assert.ok(from >= START + 100 * MINUTE && from < START + 105 * MINUTE, row);
  assert.ok(html.includes(`data-comove-time="${from}"`), "the row leads to its place");
  assert.match(text, /armed \d+ of 1\d\d minutes/);
  const calm = await divergenceOf(market, { minor: 30, major: 40 });
  assert.match(calm.text, /No divergence of 30σ while armed in the history/);
  assert.match(calm.text, /in the history 0, 0 major/);
  assert.doesNotMatch(calm.html, /data-comove-time/);
  await market.close();
});

Deno.test("divergencePanel refuses limits out of order and rows that are none", async () => {
  const { market } = await opened(3);
  const make = (options: panels.DivergencePanelOptions) => () =>
    panels.divergencePanel(market, options);
  assert.throws(make({ minor: 3, major: 2 }), /clear ≤ minor ≤ major/);
  assert.throws(make({ rows: 0 }), /rows of divergencePanel .* got 0/);
  assert.throws(make({ sigma: 2 } as never), /options of divergencePanel/);
  await market.close();
});

Deno.test("ratioChart says where the ratio stands in its bands, and how both sides have moved", async () => {
  const { market } = await opened(130, { aheadAt: 122 });
  const { text, html } = await panels.ratioChart(market, { timeframe: "1m" }).draw("id");
  assert.match(
    text,
    /^BTC\/USDT in units of ES, 1m bars, 100 at the start, SIMULATED\. Ratio 10\d\.\d\d: /,
  );
  assert.match(
    text,
    /\+\d\.\d sd from its mean of 20 bars, (within|beyond) its bands; BTC\/USDT [+−]/,
  );
  const [, out, judged] = /Beyond the bands: (\d+) of (\d+) bars/.exec(text)!;
  assert.equal(Number(judged), 130 - 19);
  assert.ok(Number(out) > 0 && Number(out) < 60, `${out} bars`);
  const svg = atob(/base64,([^"]+)"/.exec(html)![1]!);
  assert.match(svg, /aria-label="beyond the bands"/);
  assert.ok(html.length < 50_000, `${html.length} bytes`);
  assert.throws(() => panels.ratioChart(market, { window: 1 }), /window of ratioChart/);
  assert.throws(() => panels.ratioChart(market, { timeframe: "2m" as never }), /timeframe|bars/);
  await market.close();
});

Deno.test("ratioChart without a bar that both sides have says so", async () => {
  const { market } = fakeMarket([BITCOIN, ES]);
  const { text } = await panels.ratioChart(market).draw("id");
  assert.match(text, /No bar that both sides have yet/);
  await market.close();
});

Deno.test("ratioChart is the same picture until its next bar closes", async () => {
  const at = async (minutes: number) => {
    const { market } = await opened(minutes);
    const { html } = await panels.ratioChart(market).draw("id");
    await market.close();
    return html;
  };
  const pictures = await Promise.all([120, 121, 124, 125].map(at));
  assert.equal(new Set(pictures.slice(0, 3)).size, 1);
  assert.notEqual(pictures[3], pictures[0]);
});
