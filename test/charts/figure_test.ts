import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { parseHTML } from "linkedom";
import { figureImage } from "../../lib/charts/figure.ts";
import { DARK, LIGHT } from "../../lib/charts/theme.ts";

const FIGURE = {
  svg: `<svg xmlns="http://www.w3.org/2000/svg"><text>ESZ5 → ESH6 − &amp;</text></svg>`,
  alt: `"quoted" <b> & more`,
  width: 700,
  height: 300,
  theme: DARK,
};

Deno.test("figureImage carries the picture unchanged", () => {
  const img = parseHTML(figureImage(FIGURE)).document.querySelector("img")!;
  const [head, data] = img.getAttribute("src")!.split(",");
  assert.equal(head, "data:image/svg+xml;base64");
  assert.equal(Buffer.from(data!, "base64").toString("utf8"), FIGURE.svg);
  assert.equal(img.getAttribute("width"), "700");
  assert.match(
    img.getAttribute("style")!,
    /max-width:min\(var\(--comove-fit,9999px\),max\(100%,min\(700px,.*;height:auto$/,
  );
});

Deno.test("figureImage escapes the words for those who do not see it", () => {
  const html = figureImage(FIGURE);
  assert.match(html, /alt="&quot;quoted&quot; &lt;b&gt; &amp; more"/);
  assert.equal(parseHTML(html).document.querySelector("img")!.getAttribute("alt"), FIGURE.alt);
});

Deno.test("figureImage is set in the figure's own theme", () => {
  assert.match(figureImage({ ...FIGURE, theme: LIGHT }), /background-color:#ffffff;color:#1b2130/);
});

Deno.test("figureImage needs neither scripts nor style sheets nor SVG in the page", () => {
  assert.doesNotMatch(figureImage(FIGURE), /<(script|style|svg|link)/);
});
