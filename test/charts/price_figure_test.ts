import assert from "node:assert/strict";
import { priceFigure } from "../../lib/charts/price_figure.ts";
import { DARK, LIGHT } from "../../lib/charts/theme.ts";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";
import {
  barsOfCloses,
  bitcoin,
  END,
  future,
  labelled,
  modelBars,
  strokesIn,
  textsOf,
  treeOf,
} from "./chart_samples.ts";

const FROM = END - 500 * MINUTE;
const BTC = modelBars("BTCUSDT", FROM, END);
const ES = modelBars("ESZ5", FROM, END);
const PAIR = [bitcoin(BTC), future(ES)];

/** Paths of one kind, such as `bodies`, in the panel of an instrument. */
function candlesIn(tree: Element, id: string, kind: string): Element[] {
  return [...labelled(tree, id)[0]!.querySelectorAll("path")].filter((path) =>
    path.getAttribute("class")?.endsWith(kind)
  );
}

Deno.test("priceFigure draws every bar and its volume, in up and down", () => {
  const tree = treeOf(priceFigure(PAIR, { updatedAt: END }));
  for (const { id, bars } of PAIR) {
    assert.equal(strokesIn(candlesIn(tree, id, "bodies")), bars.length);
    const rising = bars.filter(({ open, close }) => close >= open).length;
    assert.equal(strokesIn(candlesIn(tree, id, "up bodies")), rising);
    assert.equal(
      strokesIn([
        ...candlesIn(tree, id, "volumes"),
        ...candlesIn(tree, id, "quiets"),
      ]),
      bars.filter((b) => b.volume > 0).length,
    );
  }
  assert.equal(BTC.length, 500);
});

Deno.test("priceFigure names the bar that forms, as of its own time, and one that was broken off", () => {
  const forming = [...ES.slice(0, -1), { ...ES.at(-1)!, closed: false }];
  const updatedAt = END - 20_000;
  const figure = priceFigure([future(forming)], { updatedAt });
  assert.ok(textsOf(treeOf(figure)).some((text) => /^ES Futures.*C [\d,.]+.*forming$/.test(text)));
  assert.match(figure.alt, /last price [\d,.]+ at 2025-12-03 \d\d:\d\d:40 UTC, bar forming/);
  assert.equal(strokesIn(candlesIn(treeOf(figure), "ES", "forming bodies")), 1);
  const remark = { word: "stale", time: END - MINUTE, isFault: true };
  const old = priceFigure([future(forming, { remark })], { updatedAt });
  assert.ok(textsOf(treeOf(old)).some((text) => /broken off$/.test(text)));
  assert.match(old.alt, /last price [\d,.]+ \(stale, to \d\d:\d\d:00 UTC\), bar broken off\./);
});

Deno.test("priceFigure names each panel, its source and the time of the data", () => {
  const figure = priceFigure(
    [bitcoin(BTC, { source: "live" }), future(ES, { source: "delayed" })],
    {
      updatedAt: Date.UTC(2025, 11, 1, 14, 35),
    },
  );
  const words = textsOf(treeOf(figure));
  for (const word of ["LIVE", "DELAYED 15 min", "last update 2025-12-01 14:35:00 UTC"]) {
    assert.ok(words.includes(word), word);
  }
  assert.ok(words.some((text) => text.startsWith("BTC/USDT (Binance.com)")));
  assert.ok(words.some((text) => text.startsWith("ES Futures (CME via IBKR Paper)")));
  assert.match(
    figure.alt,
    /BTC\/USDT \(Binance\.com\), LIVE: 500 bars from 2025-12-03 06:15:00 UTC/,
  );
  assert.match(figure.alt, /Last update 2025-12-01 14:35:00 UTC/);
});

Deno.test("priceFigure marks the last close on its axis and in the header's figures", () => {
  const tree = treeOf(priceFigure(PAIR, { updatedAt: END }));
  const tags = labelled(tree, "last price").map((tag) => tag.textContent);
  const closes = PAIR.map(({ bars }) => bars.at(-1)!.close);
  const texts = closes.map((close) => close.toLocaleString("en-US", { minimumFractionDigits: 2 }));
  assert.deepEqual(tags, texts);
  assert.ok(textsOf(tree).some((text) => text.includes(`C ${texts[0]}`)));
});

Deno.test("priceFigure stays within 45 kB for two panels of 500 bars, as base64 within 60 kB", () => {
  const vwap = BTC.map(({ close }, i) => close + 50 * Math.sin(i / 9));
  const plain = priceFigure(PAIR, { updatedAt: END }).svg.length;
  const busy = priceFigure([bitcoin(BTC, { vwap }), future(ES)], { updatedAt: END }).svg.length;
  assert.ok(plain <= 38_000, `${plain}`);
  assert.ok(busy <= 45_000, `${busy}`);
});

Deno.test("priceFigure draws the newest lastBars of what it is given", () => {
  const figure = priceFigure(PAIR, { updatedAt: END, lastBars: 60 });
  assert.equal(strokesIn(candlesIn(treeOf(figure), "BTCUSDT", "bodies")), 60);
  assert.match(figure.alt, /60 bars from 2025-12-03 13:35:00 UTC/);
});

Deno.test("priceFigure needs nothing of the page, and no ids that could clash with others", () => {
  for (const theme of [DARK, LIGHT]) {
    const { svg } = priceFigure(PAIR, { updatedAt: END, theme });
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="1100"/);
    assert.doesNotMatch(svg, /\sid=|url\(|<style|<script|href=|clip-path|currentColor/);
    assert.ok(svg.includes(theme.background) && svg.includes(theme.up));
  }
});

Deno.test("priceFigure escapes what comes from data, and drops what XML cannot hold", () => {
  const evil = `<script>alert("1")</script>&\u0000\u0008\ud800`;
  const figure = priceFigure([
    bitcoin(BTC, { id: evil, label: evil, rolls: [{ time: END - HOUR, from: evil, to: "<b>" }] }),
  ], { updatedAt: END });
  const tree = treeOf(figure);
  assert.equal(tree.querySelectorAll("script,b").length, 0);
  assert.ok(textsOf(tree).some((text) => text.includes(`<script>alert("1")</script>&`)));
});

Deno.test("priceFigure draws session breaks, gaps and the roll, each with its word", () => {
  const closed = { from: END - 300 * MINUTE, to: END - 240 * MINUTE, kind: "session" as const };
  const gap = { from: END - 100 * MINUTE, to: END - 70 * MINUTE, kind: "gap" as const };
  const isIn = (time: number) => (one: typeof closed | typeof gap) =>
    time >= one.from && time < one.to;
  const bars = ES.filter(({ openTime }) => ![closed, gap].some(isIn(openTime)));
  const rolls = [{ time: END - 180 * MINUTE, from: "ESZ5", to: "ESH6" }];
  const tree = treeOf(
    priceFigure([bitcoin(BTC), future(bars, { breaks: [closed, gap], rolls })], { updatedAt: END }),
  );
  assert.equal(strokesIn(candlesIn(tree, "ES", "bodies")), bars.length);
  assert.deepEqual(["session break", "gap", "roll"].map((name) => labelled(tree, name).length), [
    1,
    1,
    1,
  ]);
  // Hatching, so that a gap differs from a break by more than its colour.
  assert.ok(strokesIn(labelled(tree, "gap")) > 20);
  assert.equal(strokesIn(labelled(tree, "session break")), 0);
  const words = textsOf(tree);
  for (const word of ["closed", "gap", "ESZ5 → ESH6"]) assert.ok(words.includes(word), word);
  const band = labelled(tree, "session break")[0]!.querySelector("rect")!;
  const plotWidth = Number(labelled(tree, "gap")[0]!.querySelector("rect")!.getAttribute("width")) /
    30;
  assert.ok(Math.abs(Number(band.getAttribute("width")) / plotWidth - 60) < 1);
});

Deno.test("priceFigure says a word once where many small gaps lie side by side", () => {
  const breaks = Array.from({ length: 40 }, (_, i) => {
    const from = FROM + (i * 12 + 5) * MINUTE;
    return { from, to: from + MINUTE, kind: "gap" as const };
  });
  const tree = treeOf(priceFigure([bitcoin(BTC, { breaks })], { updatedAt: END }));
  assert.equal(labelled(tree, "gap").length, 40);
  const said = textsOf(tree).filter((text) => text === "gap").length;
  assert.ok(said >= 8 && said <= 18, `${said}`);
});

Deno.test("priceFigure shows where an instrument's bars end early", () => {
  const tree = treeOf(priceFigure([bitcoin(BTC), future(ES.slice(0, -90))], { updatedAt: END }));
  assert.equal(labelled(tree, "no bars").length, 1);
  assert.ok(textsOf(tree).includes("no bars"));
  const fresh = treeOf(priceFigure([bitcoin(BTC), future(ES.slice(0, -2))], { updatedAt: END }));
  assert.equal(labelled(fresh, "no bars").length, 0);
});

Deno.test("priceFigure tells the last price and its time of a market shut for all the axis holds", () => {
  const friday = Date.UTC(2025, 11, 5, 22), saturday = Date.UTC(2025, 11, 6, 12);
  const es = modelBars("ESZ5", friday - HOUR, friday);
  const btc = modelBars("BTCUSDT", saturday - 500 * MINUTE, saturday);
  const figure = priceFigure([bitcoin(btc), future(es)], { updatedAt: saturday });
  const tree = treeOf(figure);
  assert.ok(textsOf(tree).includes("no bars since 2025-12-05 22:00:00 UTC"));
  assert.equal(labelled(tree, "last price").length, 2);
  assert.match(figure.alt, /none in view, last price [\d,.]+ at 2025-12-05 22:00:00 UTC/);
  const breaks = [{ from: friday, to: friday + 2 * DAY, kind: "session" as const }];
  const told = priceFigure([bitcoin(btc), future(es, { breaks })], { updatedAt: saturday });
  assert.ok(textsOf(treeOf(told)).includes("closed since 2025-12-05 22:00:00 UTC"));
});

Deno.test("priceFigure folds a weekend in which nothing trades, and says how long it was", () => {
  const friday = Date.UTC(2025, 11, 5, 22), sunday = Date.UTC(2025, 11, 7, 23);
  const bars = [
    ...modelBars("ESZ5", friday - 4 * HOUR, friday),
    ...modelBars("ESZ5", sunday, sunday + 2 * HOUR),
  ];
  const breaks = [{ from: friday, to: sunday, kind: "session" as const }];
  const tree = treeOf(priceFigure([future(bars, { breaks })], { updatedAt: sunday + 2 * HOUR }));
  assert.equal(strokesIn(candlesIn(tree, "ES", "bodies")), bars.length);
  assert.ok(textsOf(tree).includes("closed 49 h"));
  const band = Number(
    labelled(tree, "session break")[0]!.querySelector("rect")!.getAttribute("width"),
  );
  assert.ok(band > 40 && band < 70, `${band}`);
});

Deno.test("priceFigure keeps its times apart at 700 px, and drops figures before they overlap", () => {
  const clocks = (width: number) =>
    textsOf(treeOf(priceFigure(PAIR, { updatedAt: END, width }))).filter((t) =>
      /^\d\d:\d\d$/.test(t)
    );
  assert.equal(clocks(1_300).length, 16);
  assert.equal(clocks(1_100).length, 8);
  assert.ok(clocks(700).length >= 7 && clocks(700).length <= 9);
  assert.ok(clocks(320).length >= 2 && clocks(320).length <= 5);
  const narrow = textsOf(treeOf(priceFigure(PAIR, { updatedAt: END, width: 420 }))).join("\n");
  assert.doesNotMatch(narrow, /H [\d,.]+.*L/);
  assert.match(narrow, /ES Futures \(CME via IBKR Paper\)/);
});

Deno.test("priceFigure says that there are no bars yet, in every panel", () => {
  const figure = priceFigure([bitcoin([]), future([])], { updatedAt: NaN });
  const words = textsOf(treeOf(figure));
  assert.equal(words.filter((text) => text === "no bars yet").length, 2);
  assert.ok(words.includes("no data yet"));
  assert.match(figure.alt, /ES Futures \(CME via IBKR Paper\), SIMULATED: no bars yet\./);
  assert.match(figure.alt, / No data yet\.$/);
  const half = textsOf(treeOf(priceFigure([bitcoin(BTC), future([])], { updatedAt: END })));
  assert.equal(half.filter((text) => text === "no bars yet").length, 1);
});

Deno.test("priceFigure draws a single bar", () => {
  const tree = treeOf(priceFigure([bitcoin(BTC.slice(-1))], { updatedAt: END }));
  assert.equal(strokesIn(candlesIn(tree, "BTCUSDT", "bodies")), 1);
});

Deno.test("priceFigure sets a flat price in the middle of its panel, without volume too", () => {
  const flat = barsOfCloses(Array(30).fill(6_000)).map((bar) => ({ ...bar, volume: 0 }));
  const tree = treeOf(priceFigure([future(flat)], { updatedAt: END }));
  assert.equal(strokesIn(candlesIn(tree, "ES", "bodies")), 30);
  assert.equal(strokesIn(candlesIn(tree, "ES", "wicks")), 0);
  const y = Number(labelled(tree, "last price")[0]!.querySelector("rect")!.getAttribute("y"));
  assert.ok(y > 80 && y < 160, `${y}`);
});

Deno.test("priceFigure makes room for huge prices, and writes tiny ones in full", () => {
  for (
    const [price, decimals, text] of [
      [123_456_789_012.34, 2, "123,456,789,012.34"],
      [0.00001234, 8, "0.00001234"],
      [-37.63, 2, "−37.63"],
    ] as const
  ) {
    const bars = barsOfCloses([0.9, 1.1, 1].map((factor) => factor * price));
    const tree = treeOf(priceFigure([bitcoin(bars, { decimals })], { updatedAt: END, width: 700 }));
    const tag = labelled(tree, "last price")[0]!;
    assert.equal(tag.textContent, text);
    const box = tag.querySelector("rect")!;
    assert.ok(Number(box.getAttribute("x")) + Number(box.getAttribute("width")) <= 700);
  }
});

Deno.test("priceFigure leaves out what is not a number", () => {
  const bars = barsOfCloses([10, NaN, 12, 11]);
  const { svg } = priceFigure([bitcoin(bars, { vwap: [10, NaN, NaN, 11] })], { updatedAt: END });
  assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
});

Deno.test("priceFigure breaks the VWAP where it is unknown", () => {
  const vwap = BTC.map(({ close }, i) => i >= 200 && i < 260 ? NaN : close);
  const tree = treeOf(priceFigure([bitcoin(BTC, { vwap })], { updatedAt: END }));
  assert.equal(strokesIn(labelled(tree, "VWAP")), 2);
  assert.equal(labelled(treeOf(priceFigure(PAIR, { updatedAt: END })), "VWAP").length, 0);
});

Deno.test("priceFigure shows a forming bar paler than the closed ones", () => {
  const bars = BTC.map((bar, i) => i < 499 ? bar : { ...bar, closed: false });
  const tree = treeOf(priceFigure([bitcoin(bars)], { updatedAt: END }));
  const forming = candlesIn(tree, "BTCUSDT", "forming bodies");
  assert.equal(strokesIn(forming), 1);
  assert.equal(forming[0]!.getAttribute("stroke-opacity"), "0.55");
  assert.equal(strokesIn(candlesIn(tree, "BTCUSDT", "bodies")), 500);
});

Deno.test("priceFigure draws wide rising candles hollow, so that their direction is a shape", () => {
  const wide = treeOf(priceFigure([bitcoin(BTC.slice(-60))], { updatedAt: END }));
  const narrow = treeOf(priceFigure([bitcoin(BTC)], { updatedAt: END }));
  assert.ok(strokesIn(candlesIn(wide, "BTCUSDT", "up hollows")) > 10);
  assert.equal(strokesIn(candlesIn(wide, "BTCUSDT", "down hollows")), 0);
  assert.equal(candlesIn(narrow, "BTCUSDT", "hollows").length, 0);
});

Deno.test("priceFigure takes the step of its bars, and any number of panels", () => {
  const hours = BTC.slice(0, 10).map((bar, i) => ({ ...bar, openTime: END - DAY + i * HOUR }));
  const figure = priceFigure([bitcoin(hours), future(hours), bitcoin(hours, { id: "NQ" })], {
    updatedAt: END,
    panelHeight: 150,
  });
  assert.equal(figure.height, 3 * 154 + 32 + 20);
  assert.ok(textsOf(treeOf(figure)).includes("1h bars, times in UTC"));
});

Deno.test("priceFigure refuses what it cannot draw, and says why", () => {
  const options = { updatedAt: END };
  assert.throws(() => priceFigure([], options), /series must hold at least one, got none/);
  assert.throws(() => priceFigure(PAIR, { ...options, width: 100 }), /width .* 320 px, got 100/);
  assert.throws(
    () => priceFigure(PAIR, { ...options, panelHeight: NaN }),
    /panelHeight .*, got NaN/,
  );
  assert.throws(() => priceFigure(PAIR, { ...options, lastBars: 0 }), /lastBars .*, got 0/);
});
