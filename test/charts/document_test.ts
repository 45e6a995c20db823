import { ruleX, text } from "@observablehq/plot";
import assert from "node:assert/strict";
import { drawPlot } from "../../lib/charts/document.ts";
import { assertWellFormed } from "./chart_samples.ts";

Deno.test("drawPlot gives Plot's marks as SVG that any reader takes", () => {
  const words = ["plain", `<b>&"'</b>`, "non\u00a0breaking", "−1 → ≥"];
  const drawn = drawPlot({
    marks: [ruleX([1, 2, 3], { stroke: "red" }), text(words, { x: (_, i) => i, text: (d) => d })],
  });
  assertWellFormed(`<svg>${drawn}</svg>`);
  assert.equal(drawn.split("<line").length - 1 >= 3, true);
  assert.match(drawn, /&lt;b&gt;&amp;"'&lt;\/b&gt;/);
  assert.match(drawn, /−1 → ≥/);
});

Deno.test("drawPlot leaves out Plot's own frame, style sheet and ids", () => {
  const drawn = drawPlot({ marks: [ruleX([1, 2])] });
  assert.doesNotMatch(drawn, /<svg|<style|\sid=/);
});

Deno.test("drawPlot draws the same each time: nothing is kept from one to the next", () => {
  const draw = () => drawPlot({ marks: [ruleX([1, 2, 3])], width: 300, height: 100 });
  assert.equal(draw(), draw());
});
