/**
 * Alerts marked beneath the candles, in a real browser. Not part of `deno task test`: run
 * `deno test -A test/browser/alert_marks.ts`. `SCREENSHOTS` names a folder for pictures to look at.
 */
import assert from "node:assert/strict";
import { DARK } from "../../lib/charts/theme.ts";
import { tradingViewFeed, tradingViewMount } from "../../lib/charts/trading_view.ts";
import type { Bar } from "../../lib/model/bar.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { Rig, screenshot } from "./chart_rig.ts";
import { pageTime } from "./support/page_time.ts";

const START = Date.UTC(2025, 11, 3, 14);
const BARS = Array.from({ length: 120 }, (_, i): Bar => ({
  openTime: START + i * MINUTE,
  open: 6_000 + 5 * Math.sin(i / 9),
  high: 6_008 + 5 * Math.sin(i / 9),
  low: 5_994 + 5 * Math.sin(i / 9),
  close: 6_002 + 5 * Math.sin(i / 9),
  volume: 100,
  closed: true,
  revision: 0,
  source: "simulated",
}));

/** Pixels of that colour among those of all canvases. */
function countOf([red, green, blue]: readonly number[]): number {
  const canvases = document.querySelector("comove-trading-view")!.shadowRoot!
    .querySelectorAll("canvas");
  let count = 0;
  for (const canvas of canvases) {
    if (canvas.width === 0 || canvas.height === 0) continue;
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4) {
      if (data[i] === red && data[i + 1] === green && data[i + 2] === blue) count++;
    }
  }
  return count;
}

Deno.test("an alert stands beneath the candles for as long as it stood, in the colour of its severity", async () => {
  await using rig = await Rig.start();
  const series = { id: "ES", label: "ES Futures", source: "simulated" as const, decimals: 2 };
  const alert = {
    rule: "apart",
    severity: "minor" as const,
    from: START + 61 * MINUTE,
    to: START + 91 * MINUTE,
  };
  const outputs = (alerts: typeof alert[]) => [
    rig.site.library,
    tradingViewMount({ id: "pair", series: [series], theme: DARK, height: 260 }),
    tradingViewFeed({
      id: "pair",
      sequence: 1,
      series: [{ id: "ES", bars: BARS, alerts }],
      updatedAt: START + 120 * MINUTE,
      theme: DARK,
    }),
  ];
  // The warning's colour: nothing else of this chart has it.
  const ink = [0xe9, 0xa1, 0x3b];
  const counts: number[] = [];
  for (const alerts of [[], [alert]]) {
    const { page, errors } = await rig.open(`marks-${alerts.length}`, outputs(alerts), DARK);
    await page.waitForSelector('comove-trading-view[data-ready="true"]', { state: "attached" });
    await pageTime(page, 200);
    counts.push(await page.evaluate(countOf, ink));
    await screenshot(page, `marks_${alerts.length}`);
    assert.deepEqual(errors, []);
    await page.close();
  }
  const [without, marked] = counts;
  assert.equal(without, 0);
  // Thirty bars of about eight pixels, four high.
  assert.ok(marked! > 600 && marked! < 3_000, `${marked} pixels`);
});
