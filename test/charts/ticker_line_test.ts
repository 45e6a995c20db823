import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { type TickerEntry, tickerLine } from "../../lib/charts/ticker_line.ts";
import { DARK } from "../../lib/charts/theme.ts";
import { END } from "./chart_samples.ts";

const BTC: TickerEntry = {
  label: "BTCUSDT",
  price: 97_077.01,
  changePercent: 0.524,
  ageMs: 300,
  lastAt: END,
  source: "simulated",
  decimals: 2,
};
const ES: TickerEntry = { ...BTC, label: "ES", price: 5_957.75, changePercent: -1.2 };

Deno.test("tickerLine says price, change, source and venue time in one line", () => {
  const { html, text } = tickerLine([BTC, ES], { venueTime: END });
  const words = "BTCUSDT 97,077.01 ▲ +0.52 % · ES 5,957.75 ▼ −1.20 % · SIMULATED · " +
    "% over 24 h, or since the first price · 2025-12-03 14:35:00 UTC";
  assert.equal(text, words);
  const seen = parseHTML(html).document.querySelector("div")!.textContent!.replace(/\s+/g, " ");
  assert.equal(seen, words.replace(" % · ES", " % ES").replace(" % · SIM", " % SIM"));
  assert.doesNotMatch(text, /\n/);
});

Deno.test("tickerLine says the time of a price that is old, never an age, and that there is none", () => {
  const ages = [14_999, 15_000, 119_999, 120_000, 7_200_000, undefined];
  const entries = ages.map((ageMs) => ({ ...ES, ageMs, lastAt: END - (ageMs ?? NaN) }));
  const remarks = tickerLine(entries, { venueTime: END }).text.split(" · ").slice(0, -3)
    .map((words) => words.replace("ES 5,957.75 ▼ −1.20 %", "").trim());
  assert.deepEqual(remarks, [
    "",
    "last at 14:34:45 UTC",
    "last at 14:33:00 UTC",
    "last at 14:33:00 UTC",
    "last at 12:35:00 UTC",
    "no data yet",
  ]);
});

Deno.test("tickerLine names each source where they differ", () => {
  const { html, text } = tickerLine([{ ...BTC, source: "live" }, { ...ES, source: "delayed" }], {
    venueTime: END,
  });
  assert.match(text, /BTCUSDT [^·]+ LIVE · ES [^·]+ DELAYED 15 min · % over 24 h/);
  assert.match(html, new RegExp(`color:${DARK.warning}">DELAYED 15 min<`));
});

Deno.test("tickerLine leaves open what is unknown", () => {
  const unknown = { ...BTC, price: NaN, changePercent: NaN };
  assert.equal(
    tickerLine([unknown], { venueTime: NaN }).text,
    "BTCUSDT – · SIMULATED · no time from the venue yet",
  );
  assert.equal(tickerLine([], { venueTime: END }).text, "2025-12-03 14:35:00 UTC");
});

Deno.test("tickerLine takes at most 400 bytes an entry", () => {
  const bytes = (count: number) => {
    const entry = { ...BTC, source: "delayed" as const, ageMs: 99_000 };
    const entries = [{ ...ES, source: "live" as const }, ...Array(count).fill(entry)];
    return new TextEncoder().encode(tickerLine(entries, { venueTime: END }).html).length;
  };
  assert.ok(bytes(11) - bytes(10) <= 400, `${bytes(11) - bytes(10)}`);
  assert.ok(bytes(1) <= 1_000, `${bytes(1)}`);
});

Deno.test("tickerLine escapes labels", () => {
  const { html } = tickerLine([{ ...BTC, label: "<script>x</script>" }], { venueTime: END });
  assert.match(html, /&lt;script&gt;x/);
  assert.doesNotMatch(html, /<script/);
});

Deno.test("tickerLine greys a price that is not of now, and says why and as of when", () => {
  const stale = { word: "stale", time: END - 120_000, isFault: true };
  const shut = { word: "closed", time: END - 2 * 86_400_000, isFault: false };
  const { html, text } = tickerLine([BTC, { ...ES, remark: stale }, { ...ES, remark: shut }], {
    venueTime: END,
  });
  assert.match(
    text,
    /^BTCUSDT 97,077\.01 ▲ \+0\.52 % · ES 5,957\.75 ▼ −1\.20 % stale, to 14:33:00 UTC · /,
  );
  assert.match(text, /ES 5,957\.75 ▼ −1\.20 % closed, to 2025-12-01 14:35:00 UTC · SIMULATED/);
  assert.match(html, /<b>97,077\.01<\/b>/);
  assert.match(html, new RegExp(`<b style="color:${DARK.faintText}">5,957\\.75</b>`));
  assert.match(
    html,
    new RegExp(`color:${DARK.warning}">stale`),
    "a fault is in the warning colour",
  );
  assert.match(html, new RegExp(`color:${DARK.text}">closed`), "a market that is shut is none");
});
