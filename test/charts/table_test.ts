import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { htmlTable, plainTable } from "../../lib/charts/table.ts";
import { LIGHT } from "../../lib/charts/theme.ts";

const PRICES = {
  caption: "Prices",
  columns: ["instrument", "close", "change", "remark"],
  rows: [["ES", "6,091.25", "−0.12 %", "open"], ["BTCUSDT", "97,077.01", "+1.20 %", "–"]],
};

function cellsOf(html: string): string[][] {
  const rows = [...parseHTML(html).document.querySelectorAll("tr")];
  return rows.map((row) => [...row.querySelectorAll("th,td")].map((cell) => cell.textContent));
}

Deno.test("htmlTable shows every cell below its column", () => {
  assert.deepEqual(cellsOf(htmlTable(PRICES)), [PRICES.columns, ...PRICES.rows]);
});

Deno.test("htmlTable sets columns of numbers to the right, as long as nothing else is asked", () => {
  const sides = (html: string) =>
    [...html.matchAll(/<th style="text-align:(\w+)/g)].map(([, side]) => side);
  assert.deepEqual(sides(htmlTable(PRICES)), ["left", "right", "right", "left"]);
  const align = ["right", "left", "left", "left"] as const;
  assert.deepEqual(sides(htmlTable({ ...PRICES, align })), [...align]);
});

Deno.test("htmlTable escapes caption, columns, cells, note and what it says of nothing", () => {
  const evil = `<script>alert("1")</script>`;
  const full = htmlTable({ caption: evil, columns: [evil], rows: [[evil]], note: evil });
  const none = htmlTable({ caption: "", columns: ["a"], rows: [], empty: evil });
  for (const html of [full, none]) assert.doesNotMatch(html, /<script/);
  assert.equal(full.split("&lt;script&gt;").length - 1, 4);
  assert.match(none, /&lt;script&gt;/);
});

Deno.test("htmlTable has no style but in its own tags", () => {
  const html = htmlTable(PRICES);
  assert.doesNotMatch(html, /<style|<script|class=|\sid=/);
  assert.match(htmlTable({ ...PRICES, theme: LIGHT }), /background-color:#ffffff;color:#1b2130/);
});

Deno.test("htmlTable says how many rows it leaves out", () => {
  const rows = Array.from({ length: 1_205 }, (_, i) => [String(i)]);
  const html = htmlTable({ caption: "Many", columns: ["i"], rows, maxRows: 5, note: "a\nb" });
  assert.equal(cellsOf(html).length, 6);
  assert.match(html, /… 1,200 more rows/);
  assert.match(
    htmlTable({ caption: "", columns: ["i"], rows: rows.slice(0, 6), maxRows: 5 }),
    /… 1 more row</,
  );
  assert.doesNotMatch(
    htmlTable({ caption: "", columns: ["i"], rows: rows.slice(0, 5), maxRows: 5 }),
    /more/,
  );
  assert.ok(
    html.indexOf("more rows") < html.indexOf(">a<") && html.indexOf(">a<") < html.indexOf(">b<"),
  );
});

Deno.test("htmlTable refuses a number of rows that is none", () => {
  for (const maxRows of [0, 2.5, NaN]) {
    assert.throws(() => htmlTable({ ...PRICES, maxRows }), /maxRows must be a whole number.*got/);
  }
});

Deno.test("htmlTable fills a short row, and says so where there is none", () => {
  assert.deepEqual(cellsOf(htmlTable({ ...PRICES, rows: [["ES"]] }))[1], ["ES", "", "", ""]);
  assert.match(htmlTable({ ...PRICES, rows: [] }), /Nothing yet\./);
});

Deno.test("plainTable sets digits below digits", () => {
  assert.equal(
    plainTable({ ...PRICES, note: "times in UTC" }),
    [
      "Prices",
      "instrument      close   change  remark",
      "ES           6,091.25  −0.12 %  open",
      "BTCUSDT     97,077.01  +1.20 %  –",
      "times in UTC",
    ].join("\n"),
  );
});

Deno.test("plainTable keeps one line a row, and says when it is cut or empty", () => {
  const rows = [["a\nb"], ["c"], ["d"]];
  assert.equal(
    plainTable({ caption: "x", columns: ["y"], rows, maxRows: 1 }),
    "x\ny\na b\n… 2 more rows",
  );
  assert.equal(plainTable({ caption: "x", columns: ["y"], rows: [], empty: "None." }), "x\nNone.");
});

Deno.test("htmlTable lets a column of sentences go on in further lines, and no other", () => {
  const rows = [[
    "16:40:59",
    "IB Gateway refused the connection. Is it running, with API access enabled?",
  ]];
  const html = htmlTable({ caption: "Log", columns: ["time", "what"], rows });
  assert.match(html, /white-space:nowrap[^>]*>16:40:59</);
  assert.match(html, /white-space:normal;min-width:16em[^>]*>IB Gateway/);
});

Deno.test("a table of many columns is as wide as the text of a page, and never wider than its box", () => {
  const tableTag = (columns: readonly string[]) =>
    /<table style="[^"]*"/.exec(htmlTable({ caption: "T", columns, rows: [columns] }))![0];
  assert.match(tableTag(["a", "b", "c", "d"]), /min-width:min\(100%,736px\)/);
  assert.doesNotMatch(tableTag(["a", "b", "c"]), /min-width/);
});

Deno.test("the line below a row is said once for the row, not in each cell", () => {
  const html = htmlTable({ caption: "", columns: ["a", "b"], rows: [["1", "2"], ["3", "4"]] });
  assert.equal(html.match(/<tr style="[^"]*border-bottom:1px solid/g)?.length, 3);
  assert.doesNotMatch(html, /<t[dh] style="[^"]*border-bottom/);
});
