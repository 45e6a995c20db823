import assert from "node:assert/strict";
import { ALERT_LEGEND } from "../../lib/charts/alert_spans.ts";
import type { ChartAlert } from "../../lib/charts/chart_alert.ts";
import { correlationFigure } from "../../lib/charts/correlation_figure.ts";
import { priceFigure } from "../../lib/charts/price_figure.ts";
import { DARK } from "../../lib/charts/theme.ts";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import { bitcoin, END, future, labelled, modelBars, textsOf, treeOf } from "./chart_samples.ts";

const FROM = END - 100 * MINUTE;
const BARS = modelBars("BTCUSDT", FROM, END);
const alert = (rule: string, from: number, to: number | null): ChartAlert => ({
  rule,
  severity: "major",
  from: FROM + from * MINUTE,
  to: to === null ? null : FROM + to * MINUTE,
});

const numbers = (element: Element, ...names: readonly string[]) =>
  names.map((name) => Number(element.getAttribute(name)));

Deno.test("pictures of prices mark each alert at the bar that fired it, for as long as it stood, by its name", () => {
  const alerts = [alert("apart", 20, 30), alert("wide", 70, null), alert("old", -50, -20)];
  const figure = priceFigure([bitcoin(BARS, { alerts }), future(BARS)], { updatedAt: END });
  const tree = treeOf(figure);
  const [group, ...more] = labelled(tree, "alerts");
  assert.deepEqual(more, [], "the other instrument has none");
  assert.deepEqual([...group!.querySelectorAll("text")].map((text) => text.textContent), [
    "▲ apart",
    "▲ wide",
  ]);
  const lines = [...group!.querySelectorAll("path")].map((path) =>
    Number(/^M([\d.]+) /.exec(path.getAttribute("d")!)![1])
  );
  const bars = [...group!.querySelectorAll("rect")]
    .filter((rect) => rect.getAttribute("fill") === DARK.down)
    .map((rect) => numbers(rect, "x", "width"));
  const [left, right] = [bars[0]![0]!, bars[1]![0]! + bars[1]![1]!];
  const slot = (bars[1]![0]! - left) / 50;
  assert.ok(Math.abs(bars[0]![1]! - 10 * slot) < 0.2, "ten bars wide");
  // The bar that closed at minute 70 ends there: the mark is in its middle, and goes on to the edge.
  assert.ok(Math.abs(right - bars[1]![0]! - 30.5 * slot) < 0.3, `${right} ${slot}`);
  assert.ok(lines.every((x, i) => Math.abs(x - bars[i]![0]!) < 0.1));
  assert.ok(textsOf(tree).some((text) => text.includes(ALERT_LEGEND)));
  assert.match(
    figure.alt,
    /Alert apart fired [\d-]+ [\d:]+ UTC, resolved [\d-]+ [\d:]+ UTC\. Alert wide fired [\d-]+ [\d:]+ UTC, goes on\./,
  );
  assert.ok(!figure.alt.includes("old"));
  const none = treeOf(priceFigure([bitcoin(BARS)], { updatedAt: END }));
  assert.ok(textsOf(none).every((text) => !text.includes("alert")), "no legend without alerts");
});

Deno.test("an alert that fired before the picture has a bar and its name, and no line", () => {
  const figure = priceFigure([bitcoin(BARS, { alerts: [alert("early", -10, 5)] })], {
    updatedAt: END,
  });
  const [group] = labelled(treeOf(figure), "alerts");
  assert.equal(group!.querySelectorAll("path").length, 0);
  assert.equal(group!.querySelector("text")!.textContent, "▲ early");
});

Deno.test("names of alerts near each other do not cover each other, and stay in the picture", () => {
  const alerts = Array.from(
    { length: 12 },
    (_, i) => alert(`rule-with-a-name-${i}`, 70 + 2 * i, 72 + 2 * i),
  );
  const hostile = alert(`<b>"&'${"x".repeat(200)}`, 98, null);
  const figure = priceFigure([bitcoin(BARS, { alerts: [...alerts, hostile] })], {
    updatedAt: END,
    width: 700,
  });
  const [group] = labelled(treeOf(figure), "alerts");
  const boxes = [...group!.querySelectorAll("rect")]
    .filter((rect) => rect.getAttribute("fill") === DARK.background)
    .map((rect) => numbers(rect, "x", "y", "width", "height"));
  assert.ok(boxes.length >= 3 && boxes.length < 13, `${boxes.length} names`);
  for (const [i, [x, y, width, height]] of boxes.entries()) {
    assert.ok(x! >= 0 && x! + width! <= 700, `${x} ${width}`);
    for (const [x2, y2, width2, height2] of boxes.slice(i + 1)) {
      const isApart = x! + width! <= x2! + 0.2 || x2! + width2! <= x! + 0.2 ||
        y! + height! <= y2! + 0.2 || y2! + height2! <= y! + 0.2;
      assert.ok(isApart, "two names overlap");
    }
  }
  assert.equal(group!.querySelectorAll("path").length, 13, "every alert has its line");
});

Deno.test("pictures of correlations mark alerts of the pair, with the legend in the header", () => {
  const rows = 200;
  const endTime = Float64Array.from({ length: rows }, (_, i) => END - (rows - i - 1) * MINUTE);
  const r = endTime.map((_, i) => Math.sin(i / 20));
  const line = { timeframe: "1m", window: 60, endTime, r, lo: r, hi: r } as const;
  const at = END - HOUR;
  const alerts: ChartAlert[] = [{ rule: "apart", severity: "minor", from: at, to: END - HOUR / 2 }];
  const options = { pair: "BTCUSDT/ES", source: "simulated", updatedAt: END } as const;
  const figure = correlationFigure([line], { ...options, alerts });
  const tree = treeOf(figure);
  const [group] = labelled(tree, "alerts");
  assert.equal(group!.querySelector("text")!.textContent, "▲ apart");
  assert.ok(textsOf(tree).includes(ALERT_LEGEND));
  assert.match(figure.alt, /Alert apart fired/);
  const [bar] = group!.querySelectorAll("rect");
  const [x, width] = numbers(bar!, "x", "width");
  const share = (60 + 199 - 60 - 60) / 199;
  const right = x! + width! + width!;
  assert.ok(Math.abs((x! - 38) / (right - 38) - share) < 0.01, `${x} ${right}`);
  const none = treeOf(correlationFigure([line], options));
  assert.deepEqual(labelled(none, "alerts"), []);
  assert.ok(!textsOf(none).includes(ALERT_LEGEND));
});
