import assert from "node:assert/strict";
import { hourMapPicture } from "../../lib/charts/hour_map_table.ts";
import { PAGE } from "../../lib/charts/page_theme.ts";
import type { HourMap, MapCell } from "../../lib/sync/studies/hour_map.ts";

function cell(hour: number, hours: number, expected: number): MapCell {
  return {
    hour,
    hours,
    value: expected > 0 ? 0.5 : NaN,
    n: expected,
    expected,
    days: 5,
    lo: 0.4,
    hi: 0.6,
    pvalue: NaN,
    adjusted: NaN,
    isStarred: false,
    isThin: false,
  };
}

const MAP: HourMap = {
  timeZone: "America/Chicago",
  firstHour: 9,
  lastHour: 14,
  rows: [
    {
      label: "1h",
      cells: Array.from({ length: 24 }, (_, hour) => cell(hour, 1, hour > 8 ? 40 : 0)),
    },
    { label: "4h", cells: Array.from({ length: 6 }, (_, i) => cell(4 * i, 4, 0)) },
  ],
  tested: 0,
  starred: 0,
};

Deno.test("a row into whose hours no bar fits says so, in the picture and in the table", () => {
  const { body, table } = hourMapPicture(MAP, { labels: ["BTC/USDT", "ES"], theme: PAGE });
  assert.match(`${body}`, /colspan="6"[^>]*>no two 4h bars in a row lie whole within the hours/);
  assert.equal(`${body}`.match(/lie whole/g)?.length, 1);
  const rows = table!.rows.filter(([label]) => label === "4h");
  assert.equal(rows.length, 1);
  assert.match(rows[0]![1]!, /lie whole/);
});
