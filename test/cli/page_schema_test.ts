import assert from "node:assert/strict";
import { claimMarkup, panelMarkup } from "../../lib/charts/live_markup.ts";
import { PAGE_EXTENSIONS } from "../../lib/charts/page_extensions.ts";
import { DARK } from "../../lib/charts/theme.ts";
import { timeLink } from "../../lib/charts/time_link.ts";
import { closedHtml } from "../../lib/cli/page_html.ts";
import { OWN_ELEMENTS } from "../../lib/cli/page_schema.ts";

const PAGE_CODE = new URL("../../lib/charts/browser/mod.ts", import.meta.url);

Deno.test("PAGE_SCHEMA lets every element stand that the charts' page code defines", async () => {
  const code = await Deno.readTextFile(PAGE_CODE);
  const defined = [...code.matchAll(/(?:s\.define|definePanel<\w+>)\(\s*"([\w-]+)"/g)].map((
    [, name],
  ) => name!);
  assert.ok(defined.length >= 6);
  assert.deepEqual([...defined, ...Object.keys(PAGE_EXTENSIONS)].sort(), [...OWN_ELEMENTS]);
});

Deno.test("PAGE_SCHEMA keeps what a panel says of its data, and where it belongs", () => {
  const claim = {
    beat: { kernel: "ab12cd", count: 46 },
    now: "● live",
    was: '● was live at "noon" <UTC>',
    ink: "#0f0",
    alarm: "#f00",
  };
  const html = panelMarkup(`${claimMarkup(claim, "prices")}<b>x</b>`, "prices", DARK);
  const kept = closedHtml(html);
  assert.match(
    kept,
    /^<comove-panel style="display:block;color-scheme:dark" data-panel="prices"><comove-state /,
  );
  for (
    const part of [`data-beat="ab12cd.1a"`, `data-now="● live"`, `data-ink="#0f0"`, "<b>x</b>"]
  ) {
    assert.ok(kept.includes(part), part);
  }
  assert.match(kept, />● was live at "noon" &lt;UTC><\/comove-state>/);
});

Deno.test("PAGE_SCHEMA lets links to a time in the charts stand, and no button that submits", () => {
  const link = timeLink(1_764_680_400_000, "there");
  assert.match(
    closedHtml(link),
    /^<button type="button" .*data-comove-time="1764680400000".*>there</,
  );
  const hostile = closedHtml(
    '<button type="submit" formaction="https://x" onclick="x()">b</button>',
  );
  assert.equal(hostile, "<button>b</button>");
});
