import assert from "node:assert/strict";
import { DOMParser } from "linkedom";
import {
  type CalendarOf,
  coverageCalendarHtml,
  coverageCalendarText,
} from "../../lib/charts/coverage_calendar.ts";
import { LIGHT } from "../../lib/charts/theme.ts";
import { DAY } from "../../lib/model/time.ts";

/** A Monday. */
const FIRST = Date.UTC(2026, 0, 26);
const WEEK: CalendarOf = {
  instrument: "ES",
  days: [
    { day: FIRST, held: 1_380, missing: 0, closed: 60, reason: "" },
    { day: FIRST + DAY, held: 1_374, missing: 6, closed: 60, reason: "the <feed> was away" },
    { day: FIRST + 2 * DAY, held: 0, missing: 1_380, closed: 60, reason: "never stored" },
    { day: FIRST + 3 * DAY, held: 1_380, missing: 0, closed: 60, reason: "" },
    { day: FIRST + 4 * DAY, held: 1_320, missing: 0, closed: 120, reason: "" },
    { day: FIRST + 5 * DAY, held: 0, missing: 0, closed: 1_440, reason: "" },
    { day: FIRST + 6 * DAY, held: 60, missing: 0, closed: 1_380, reason: "" },
  ],
};

function cellsOf(html: string): Element[] {
  const page = new DOMParser().parseFromString(`<html><body>${html}</body></html>`, "text/html");
  return [...page.querySelectorAll("td[title]")] as unknown as Element[];
}

Deno.test("each day is a cell with its numbers and why minutes are missing", () => {
  const cells = cellsOf(coverageCalendarHtml([WEEK], { badge: "simulated data" }));
  assert.deepEqual(cells.map((cell) => cell.getAttribute("title")), [
    "Mon 2026-01-26: 1,380 of 1,380 minutes held; 60 minutes closed",
    "Tue 2026-01-27: 1,374 of 1,380 minutes held; 6 missing: the <feed> was away; 60 minutes closed",
    "Wed 2026-01-28: 0 of 1,380 minutes held; 1,380 missing: never stored; 60 minutes closed",
    "Thu 2026-01-29: 1,380 of 1,380 minutes held; 60 minutes closed",
    "Fri 2026-01-30: 1,320 of 1,320 minutes held; 120 minutes closed",
    "Sat 2026-01-31: closed",
    "Sun 2026-02-01: 60 of 60 minutes held; 1,380 minutes closed",
  ]);
});

Deno.test("a share is in the cell, and never rounded to all or nothing", () => {
  const cells = cellsOf(coverageCalendarHtml([WEEK], { badge: "" }));
  assert.deepEqual(cells.slice(0, 3).map((cell) => cell.textContent), ["26", "2799 %", "280 %"]);
});

Deno.test("the four states differ in fill and frame, not in colour alone", () => {
  const cells = cellsOf(coverageCalendarHtml([WEEK], { badge: "", theme: LIGHT }));
  const looks = [0, 1, 2, 5].map((i) => {
    const style = cells[i]!.getAttribute("style")!;
    return style.slice(style.indexOf("color:")).replace(/#[0-9a-f]{6}/g, "c");
  });
  assert.equal(new Set(looks).size, 4, looks.join("\n"));
  assert.match(looks[2]!, /repeating-linear-gradient/);
});

Deno.test("months stand as calendars from Monday on, without weeks that nothing is known of", () => {
  const html = coverageCalendarHtml([WEEK], { badge: "" });
  const page = new DOMParser().parseFromString(`<html><body>${html}</body></html>`, "text/html");
  const tables = [...page.querySelectorAll("table")] as unknown as Element[];
  assert.deepEqual(tables.map((table) => table.querySelector("caption")!.textContent), [
    "January 2026",
    "February 2026",
  ]);
  // A line of weekdays and one week each.
  assert.deepEqual(tables.map((table) => table.querySelectorAll("tr").length), [2, 2]);
  const february = [...tables[1]!.querySelectorAll("td")].map((cell) => cell.textContent);
  assert.deepEqual(february, ["", "", "", "", "", "", "1"]);
});

Deno.test("older months are left out and counted", () => {
  const html = coverageCalendarHtml([WEEK], { badge: "", months: 1 });
  assert.match(html, /1 earlier month not shown/);
  assert.equal(cellsOf(html).length, 1);
});

Deno.test("what is foreign is escaped, and nothing held is said", () => {
  const html = coverageCalendarHtml([{ ...WEEK, instrument: "<b>" }], { badge: "<i>" });
  assert.ok(!html.includes("<b>") && !html.includes("<i>") && !html.includes("<feed>"));
  assert.match(coverageCalendarHtml([], { badge: "" }), /Nothing is held yet\./);
});

Deno.test("the text has a line a month and a sign a day", () => {
  assert.equal(
    coverageCalendarText([WEEK], { badge: "simulated data" }),
    [
      "Coverage by day of UTC · simulated data",
      "ES: 4 days complete, 1 partly, 1 missing, 1 closed · 5,514 of 6,900 minutes held",
      "  2026-01 from 26  █▒x██·",
      "  2026-02 from 01  █",
      "█ complete  ▒ partly  x missing  · closed",
    ].join("\n"),
  );
});
