import assert from "node:assert/strict";
import { matrixPairText, matrixSentence, pairName } from "../../../lib/charts/matrix_text.ts";
import { matrixFeed, unpackMatrix } from "../../../lib/charts/matrix_view.ts";
import { MinuteStatus, minutesWithin } from "../../../lib/model/minute_grid.ts";
import { correlation } from "../../../lib/stats/correlation/correlation.ts";
import { pairRow } from "../../../lib/sync/pair_row.ts";
import { type MarketMatrix, marketMatrixStudy } from "../../../lib/sync/studies/market_matrix.ts";
import { studyPairs } from "../../../lib/sync/studies/study_pairs.ts";
import type { StudyQuery, StudyScope } from "../../../lib/sync/studies/study.ts";
import { simulatedMarket, simulatedScope } from "./simulated_sides.ts";

const market = simulatedMarket(2);
const QUERY: StudyQuery = { timeframe: "5m", days: 1, hours: "all" };
const IDS = ["BTCUSDT", "ES", "ETHUSDT", "NQ", "GC"] as const;
const LABELS = ["BTC/USDT", "ES", "ETH/USDT", "NQ", "GC"];

/** All five markets in one scope. */
function scopeOf(ids: readonly (typeof IDS)[number][], query = QUERY): StudyScope {
  const sides = ids.map((id) => {
    const other = id === "BTCUSDT" ? "ES" : "BTCUSDT";
    return simulatedScope(market, [id, other], query).sides[0]!;
  });
  return { ...query, sides };
}

function matrixOf(scope: StudyScope): MarketMatrix {
  const result = marketMatrixStudy.run(scope, null);
  assert.ok(result.kind === "found");
  return result.found;
}

const whole = matrixOf(scopeOf(IDS));

Deno.test("each pair of the matrix is what the pair alone has, returns that are not shared left out", () => {
  for (const [i, a] of IDS.entries()) {
    for (const [j, b] of IDS.entries()) {
      if (j <= i) continue;
      const row = pairRow(i, j, IDS.length);
      const pairs = studyPairs(simulatedScope(market, [a, b], QUERY));
      const alone = correlation(pairs.a, pairs.b);
      assert.equal(whole.n[row], alone.n, `${a}/${b}`);
      assert.ok(Math.abs(whole.r[row]! - alone.value) < 1e-12, `${a}/${b}`);
      assert.equal(whole.expected[row], pairs.evidence.expected);
      assert.ok(whole.lo[row]! < whole.r[row]! && whole.r[row]! < whole.hi[row]!);
      assert.equal(pairName(row, LABELS), `${LABELS[i]} – ${LABELS[j]}`);
      assert.equal(pairRow(j, i, IDS.length), row);
    }
  }
});

Deno.test("markets that move together stand beside each other, and gold is told from all of them", () => {
  const place = (id: (typeof IDS)[number]) => whole.order.indexOf(IDS.indexOf(id));
  assert.equal(Math.abs(place("ES") - place("NQ")), 1);
  assert.equal(Math.abs(place("BTCUSDT") - place("ETHUSDT")), 1);
  const adjusted = (i: number, j: number) => whole.adjusted[pairRow(i, j, IDS.length)]!;
  assert.ok(adjusted(1, 3) < 0.001 && adjusted(0, 2) < 0.001);
  for (const i of [0, 1, 2, 3]) assert.ok(adjusted(i, 4) > 0.05, IDS[i]!);
});

Deno.test("with all others held fixed NQ goes with ES, and Ethereum with neither", () => {
  const partial = (i: number, j: number) => whole.partial[pairRow(i, j, IDS.length)]!;
  assert.ok(partial(1, 3) > 0.8 && partial(0, 2) > 0.6);
  assert.ok(Math.abs(partial(2, 3)) < 0.25);
  const two = matrixOf(scopeOf(["ES", "NQ"]));
  assert.match(two.partialNote, /^Partial correlations take three markets\.$/);
  assert.ok(two.partial.every(Number.isNaN));
});

Deno.test("a matrix of too few returns is none, and says so", () => {
  const scope = scopeOf(IDS, { timeframe: "4h", days: 1, hours: "all" });
  const result = marketMatrixStudy.run(scope, null);
  assert.ok(result.kind === "lacking");
  assert.match(
    result.reason,
    /^A correlation takes 20 pairs of returns; no pair has more than \d\.$/,
  );
});

Deno.test("a page is given the matrix to four digits", () => {
  const feed = matrixFeed("m", whole, { labels: LABELS, source: "simulated" });
  const [, text] = /data-packet='([^']*)'/.exec(feed) ?? /data-packet="([^"]*)"/.exec(feed)!;
  const packet = JSON.parse(text!.replaceAll("&quot;", '"').replaceAll("&amp;", "&"));
  const again = unpackMatrix(packet);
  for (const name of ["r", "lo", "hi", "partial", "adjusted"] as const) {
    again[name].forEach((value, row) => {
      const given = whole[name][row]!;
      assert.ok(Number.isNaN(given) ? Number.isNaN(value) : Math.abs(value - given) <= 5e-5, name);
    });
  }
  assert.deepEqual([again.n, again.expected, again.order], [
    whole.n,
    whole.expected,
    whole.order,
  ]);
});

Deno.test("the sentences of a matrix name the ends, the looks taken, and what is not told from none", () => {
  const sentence = matrixSentence(whole, LABELS);
  assert.match(
    sentence,
    /^\d of 10 pairs are correlated by more than luck, corrected for 10 looks; /,
  );
  assert.match(sentence, /most alike are ES – NQ \(r \+0\.9\d, /);
  const gold = pairRow(1, 4, IDS.length);
  assert.match(
    matrixPairText(whole, gold, LABELS),
    /^ES – GC: r .* n \d+ of \d+, not told from none; /,
  );
  const unknown = { ...whole, r: whole.r.map(() => NaN) };
  assert.match(matrixPairText(unknown, gold, LABELS), /pairs of returns are too few\.$/);
});

Deno.test("a market without a minute has its history awaited; it is not called thin", () => {
  const scope = scopeOf(IDS);
  const { grid } = scope.sides[4]!;
  const none = { ...minutesWithin(grid, Infinity), start: NaN };
  const sides = scope.sides.map((side, i) =>
    i === 4 ? { ...side, grid: none, allHours: none } : side
  );
  const found = matrixOf({ ...scope, sides });
  assert.deepEqual(found.awaited, [4]);
  // Covered, and its newest minutes are there: the rest is on its way.
  const status = grid.status.map((known, row) =>
    known === MinuteStatus.Stream && row < grid.length - 3 ? MinuteStatus.Unknown : known
  );
  const begun = { ...grid, status };
  const begunSides = scope.sides.map((side, i) =>
    i === 4 ? { ...side, grid: begun, allHours: begun } : side
  );
  assert.deepEqual(matrixOf({ ...scope, sides: begunSides }).awaited, [4]);
  assert.deepEqual(whole.awaited, []);
  assert.match(matrixSentence(found, LABELS), / The history of GC is awaited\.$/);
  const row = pairRow(1, 4, IDS.length);
  assert.equal(matrixPairText(found, row, LABELS), "ES – GC: the history of GC is awaited.");
  assert.match(matrixPairText(found, pairRow(0, 1, IDS.length), LABELS), /^BTC\/USDT – ES: r /);
});
