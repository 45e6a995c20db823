import assert from "node:assert/strict";
import { figureImage } from "../../lib/charts/figure.ts";
import { correlationFigure } from "../../lib/charts/correlation_figure.ts";
import { priceFigure } from "../../lib/charts/price_figure.ts";
import { tickerLine } from "../../lib/charts/ticker_line.ts";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import { END, future, modelBars } from "./chart_samples.ts";
import { coverageStrip } from "../../lib/charts/coverage_strip.ts";
import { panelMarkup } from "../../lib/charts/live_markup.ts";
import { dress, dressed, HOST_STYLE, PAGE, pageTheme } from "../../lib/charts/page_theme.ts";
import { htmlTable } from "../../lib/charts/table.ts";
import { DARK, LIGHT, THEME_NAMES } from "../../lib/charts/theme.ts";

const TABLE = htmlTable({
  caption: "Prices",
  columns: ["", "close"],
  rows: [["ES", "6,091.25"]],
  theme: PAGE,
});

Deno.test("pageTheme names a variable for every colour of a theme, all different", () => {
  const { name: _, fontFamily: __, ...colours } = PAGE;
  const values = Object.values(colours).flat();
  assert.equal(new Set(values).size, values.length);
  for (const value of values) assert.match(value, /^var\(--cm-[a-z0-9]\)$/);
  assert.deepEqual(Object.keys(PAGE).sort(), Object.keys(DARK).sort());
});

Deno.test("dressed gives each variable in use its light and its dark colour, and no other", () => {
  const style = dress(TABLE, PAGE);
  const used = new Set(TABLE.match(/--cm-\w/g));
  const given = [...style.matchAll(/(--cm-\w):/g)].map(([, name]) => name);
  assert.deepEqual(new Set(given), used);
  assert.ok(style.includes(`--cm-b:light-dark(${LIGHT.background},${DARK.background})`), style);
  assert.ok(!style.includes(DARK.down), "nothing in the table goes down");
});

Deno.test("dressed lets the page's choice win over the notebook's, and auto follow the host", () => {
  const schemes = THEME_NAMES.map((name) => dress("", pageTheme(name)));
  assert.deepEqual(schemes, [
    "color-scheme:var(--comove-page,dark)",
    "color-scheme:var(--comove-page,light)",
    "color-scheme:var(--comove-page,var(--comove-host,light dark))",
  ]);
  for (const name of ["--comove-page", "--comove-host"]) assert.ok(HOST_STYLE.includes(name));
});

Deno.test("dressed gives the notebook's own colours to panels that leave them to it", () => {
  const own = { ...LIGHT, text: "#112233" };
  assert.match(dressed(TABLE, own), /^<div style="color-scheme:light;[^"]*--cm-t:#112233/);
});

Deno.test("panelMarkup adds at most 700 bytes for the colours of a whole panel", () => {
  const everything = Object.values(PAGE).flat().join(" ");
  const added = panelMarkup(everything, "x", PAGE).length - everything.length;
  assert.ok(added < 700, `${added} bytes`);
});

Deno.test("a picture in the page's colours carries both, and is sent once", () => {
  const options = { source: "simulated" as const, updatedAt: NaN, width: 400 };
  const { svg, ...rest } = coverageStrip([], { ...options, theme: PAGE });
  const dark = coverageStrip([], { ...options, theme: DARK }).svg;
  assert.match(
    svg,
    /^<svg [^>]*style="color-scheme:light dark;--cm-b:light-dark\(#ffffff,#131722\)/,
  );
  assert.ok(svg.length < dark.length + 700, `${svg.length} for ${dark.length}`);
  assert.equal(figureImage({ svg, ...rest }).split("<img").length, 2);
});

Deno.test("no picture writes smaller than 11 px, which is what a phone shows", () => {
  const bars = modelBars("ES", END - 3 * HOUR, END);
  const breaks = [{ kind: "gap" as const, from: END - 2 * HOUR, to: END - HOUR }];
  const held = bars.filter(({ openTime }) => openTime < END - 2 * HOUR || openTime >= END - HOUR);
  const r = Float64Array.from(held, () => 0.5);
  const line = {
    ...{ timeframe: "1m" as const, window: 60, r, lo: r, hi: r },
    endTime: Float64Array.from(held, ({ openTime }) => openTime + MINUTE),
  };
  const options = { source: "simulated" as const, updatedAt: END };
  const figures = [
    coverageStrip([], options),
    priceFigure([future(held, { breaks })], { updatedAt: END }),
    correlationFigure([line], { pair: "BTCUSDT/ES", ...options }),
  ];
  for (const { svg } of figures) {
    const sizes = [...svg.matchAll(/font-size="([\d.]+)/g)].map(([, size]) => Number(size));
    assert.ok(sizes.length > 2 && Math.min(...sizes) >= 11, `${Math.min(...sizes)} px`);
  }
});

Deno.test("no badge of live data is green beside data that is not of now", () => {
  const remark = { word: "stale", time: END - HOUR, isFault: true };
  const bars = modelBars("ES", END - HOUR, END);
  const drawings = (isOld: boolean) => {
    const said = isOld ? { remark } : {};
    const entry = {
      ...{ label: "ES", price: 1, changePercent: NaN, ageMs: 0, lastAt: END, decimals: 2 },
      ...{ source: "live" as const, ...said },
    };
    const other = { ...entry, source: "delayed" as const };
    return [
      tickerLine([entry, other], { venueTime: END, theme: DARK }).html,
      priceFigure([future(bars, { source: "live", ...said })], { updatedAt: END }).svg
        .match(/<g aria-label="source">.*?<\/g>/)![0],
    ];
  };
  for (const drawing of drawings(false)) assert.ok(drawing.includes(DARK.up), drawing);
  for (const drawing of drawings(true)) assert.ok(!drawing.includes(DARK.up), drawing);
});
