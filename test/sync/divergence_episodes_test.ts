import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type DivergenceEpisode,
  DivergenceEpisodes,
  type EpisodeGate,
} from "../../lib/sync/divergence_episodes.ts";
import { MINUTE } from "../../lib/model/time.ts";

type Row = readonly [score: number, gate?: EpisodeGate];

function episodesOf(rows: readonly Row[]): readonly DivergenceEpisode[] {
  const found = new DivergenceEpisodes();
  rows.forEach(([score, gate = "armed"], i) => found.push(i * MINUTE, score, gate));
  return found.episodes;
}

Deno.test("an episode begins at the limit, keeps on above the clear limit, and has its peak and severity", () => {
  const rows: Row[] = [[1.9], [-2], [-1.2], [-2.9], [-1], [-0.99], [-3], [0.5]];
  const [minor, major, ...more] = episodesOf(rows);
  assert.deepEqual(minor, {
    from: MINUTE,
    to: 5 * MINUTE,
    direction: "b",
    peak: -2.9,
    peakTime: 3 * MINUTE,
    severity: "minor",
    ended: "back",
  });
  assert.deepEqual([major!.from, major!.to, major!.severity], [6 * MINUTE, 7 * MINUTE, "major"]);
  assert.deepEqual(more, []);
});

Deno.test("an episode ends where its gate closes, where it is not known, and where a row is missing", () => {
  const endOf = (row: Row) => episodesOf([[2.5], row, [0]])[0]!.ended;
  assert.equal(endOf([2.5, "disarmed"]), "disarmed");
  assert.equal(endOf([2.5, "unknown"]), "unknown");
  assert.equal(endOf([NaN]), "unknown");
  assert.equal(endOf([-2.5]), "back");
  const gap = new DivergenceEpisodes();
  gap.push(0, 2.5, "armed");
  gap.push(2 * MINUTE, 2.5, "armed");
  assert.deepEqual(gap.episodes.map(({ from, ended }) => [from, ended]), [
    [0, "unknown"],
    [2 * MINUTE, undefined],
  ]);
  assert.equal(gap.current?.from, 2 * MINUTE);
});

Deno.test("a swing to the other side is an end and a new beginning", () => {
  const found = episodesOf([[2.5], [-2.5], [0]]);
  assert.deepEqual(found.map(({ direction, from, to }) => [direction, from, to]), [
    ["a", 0, MINUTE],
    ["b", MINUTE, 2 * MINUTE],
  ]);
});

Deno.test("nothing begins while the gate is shut", () => {
  assert.deepEqual(episodesOf([[9, "disarmed"], [9, "unknown"], [NaN, "armed"]]), []);
});

const gates = fc.constantFrom<EpisodeGate>("armed", "armed", "armed", "disarmed", "unknown");
const scores = fc.oneof(fc.double({ min: -5, max: 5, noNaN: true }), fc.constant(NaN));

Deno.test("what is said of the past never changes, and episodes are those of a second reading of all rows", () => {
  fc.assert(fc.property(fc.array(fc.tuple(scores, gates), { maxLength: 60 }), (rows) => {
    const whole = episodesOf(rows);
    assert.deepEqual(whole, secondReading(rows));
    for (let length = 0; length < rows.length; length++) {
      const prefix = episodesOf(rows.slice(0, length));
      const ended = prefix.filter((one) => one.ended !== undefined);
      assert.deepEqual(ended, whole.slice(0, ended.length));
      const begun = prefix.at(-1);
      if (begun !== undefined) assert.equal(begun.from, whole[prefix.length - 1]!.from);
    }
  }));
});

/** Run by run: all rows of one side at 1 or more that are armed, from the first at 2 or more on. */
function secondReading(rows: readonly (readonly [number, EpisodeGate])[]): DivergenceEpisode[] {
  const found: DivergenceEpisode[] = [];
  const sideOf = (i: number) => {
    const [score, gate] = rows[i] ?? [NaN, "unknown"];
    return gate === "armed" && Math.abs(score) >= 1 ? Math.sign(score) : 0;
  };
  for (let i = 0; i < rows.length;) {
    const side = sideOf(i);
    let end = i + 1;
    if (side !== 0) {
      while (end < rows.length && sideOf(end) === side) end++;
      const first = rows.findIndex(([score], row) => row >= i && row < end && Math.abs(score) >= 2);
      if (first >= 0) {
        const sizes = rows.slice(first, end).map(([score]) => Math.abs(score));
        const peakRow = first + sizes.indexOf(Math.max(...sizes));
        const peak = rows[peakRow]![0];
        const last = rows[end];
        found.push({
          from: first * MINUTE,
          to: end * MINUTE,
          direction: side > 0 ? "a" : "b",
          peak,
          peakTime: peakRow * MINUTE,
          severity: Math.abs(peak) >= 3 ? "major" : "minor",
          ended: last === undefined
            ? undefined
            : last[1] === "unknown" || Number.isNaN(last[0])
            ? "unknown"
            : last[1] === "disarmed"
            ? "disarmed"
            : "back",
        });
      }
    }
    i = end;
  }
  return found;
}

Deno.test("limits out of order are refused by name", () => {
  assert.throws(() => new DivergenceEpisodes({ minor: 3, major: 2 }), /clear ≤ minor ≤ major/);
  assert.throws(() => new DivergenceEpisodes({ minor: 0 }), /minor/);
});
