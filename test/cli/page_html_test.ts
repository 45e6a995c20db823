import assert from "node:assert/strict";
import { closedHtml } from "../../lib/cli/page_html.ts";

Deno.test("closedHtml leaves whole HTML as it is, to the letter", () => {
  const whole = [
    "<div class=\"a>b\" title='</div>'><p>one<p>two<br>three<img src=x></div>",
    "<!-- </div> <script> --><table><tr><td>1<td>2</table>",
    "<script>if (a < b) document.write('<div>');</script>",
    "<style>a>b{content:'</div>'}</style>",
    '<svg viewBox="0 0 1 1"><g><path d="M0 0"/><title>x</title></g></svg>',
    '<x-chart data-setting=\'{"a":"<b>"}\'></x-chart>',
    "1 < 2 && a<b> </b> <3 </ >",
    "<ul><li>a<ul><li>b</ul></ul>",
    "<SCRIPT>x</script>",
  ];
  for (const html of whole) assert.equal(closedHtml(html), html);
});

Deno.test("closedHtml closes what is open, innermost first", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["<div><b>x", "<div><b>x</b></div>"],
    ["<div><b>x</div>", "<div><b>x</div>"],
    ["<table><tr><td><i>x", "<table><tr><td><i>x</i></table>"],
    ["<script>var a", "<script>var a</script>"],
    ["<style>a{}</style x", "<style>a{}</style>"],
    ["<textarea><div>", "<textarea><div></textarea>"],
    ["<!-- never", "<!-- never-->"],
    ["<svg><path/><g>", "<svg><path/><g></g></svg>"],
    ["<div/>x", "<div/>x</div>"],
    ["x <a title='y", "x "],
    ["x <a href", "x "],
  ];
  for (const [html, closed] of cases) assert.equal(closedHtml(html), closed, html);
});

Deno.test("closedHtml drops what it cannot close, and the tags of a whole document", () => {
  assert.equal(closedHtml("</div></section>x</p>"), "x");
  assert.equal(closedHtml("<b>x</i></b>"), "<b>x</b>");
  assert.equal(
    closedHtml("<!doctype html><html lang=en><head><title>t</title></head><body>x</body></html>"),
    "<title>t</title>x",
  );
  assert.equal(closedHtml("<plaintext>x"), "x");
});

Deno.test("closedHtml takes big outputs in its stride", () => {
  const big = `<x-a data-a='${"a > b ".repeat(500_000)}'></x-a><i>${"x".repeat(1_000_000)}</i>`;
  assert.equal(closedHtml(big), big);
  const many = "<div>".repeat(20_000);
  assert.equal(closedHtml(many), many + "</div>".repeat(20_000));
});
