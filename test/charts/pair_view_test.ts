import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { unpackPairLine } from "../../lib/charts/packed_pair_line.ts";
import { packPairRows, unpackPairRows } from "../../lib/charts/packed_pair_rows.ts";
import { checkPairChoice, type PairChoice, studyPair } from "../../lib/charts/pair_study.ts";
import type { PairBars, PairPacket, PairSetting } from "../../lib/charts/pair_view.ts";
import { pairChart } from "../../lib/notebook/panels/pair_chart.ts";
import type { PairColumns, PairReading } from "../../lib/pairs/pair_state.ts";
import { pairRows } from "../../lib/sync/pair_rows.ts";
import { gridOf, MONDAY } from "../sync/grids.ts";
import { tiedMarket } from "../support/tied_pair.ts";

const ROUNDING = 1e-9;
const PAIR = "ETHUSDT/BTCUSDT";

function attribute<Value>(html: string, tag: string, name: string): Value {
  const found = parseHTML(`<body>${html}</body>`).document.querySelector(tag)!;
  return JSON.parse(found.getAttribute(name)!);
}

function assertSame(
  inPage: { columns: PairColumns; reading: PairReading },
  inKernel: { columns: PairColumns; latest: PairReading | undefined },
  rows: number,
) {
  for (
    const name of ["openTime", "y", "x", "beta", "alpha", "spread", "z", "correlation"] as const
  ) {
    const page = inPage.columns[name].slice(-rows), kernel = inKernel.columns[name].slice(-rows);
    assert.equal(page.length, rows, name);
    page.forEach((value, row) => {
      const close =
        Math.abs(value - kernel[row]!) <= ROUNDING * Math.max(1, Math.abs(kernel[row]!));
      const bothUnknown = Number.isNaN(value) && Number.isNaN(kernel[row]!);
      assert.ok(close || bothUnknown, `${name} ${row}: ${value} and ${kernel[row]}`);
    });
  }
  const { n, expected, returns, endTime } = inPage.reading;
  const { latest } = inKernel;
  assert.deepEqual(
    { n, expected, returns, endTime },
    {
      n: latest!.n,
      expected: latest!.expected,
      returns: latest!.returns,
      endTime: latest!.endTime,
    },
  );
}

Deno.test("what travels to the page comes to the very pair that the market has, whatever is chosen there", async () => {
  const { market, closePair } = tiedMarket();
  try {
    // A late, a lost and no minute of one side.
    for (let minute = 0; minute < 395; minute++) {
      await closePair(minute, minute === 300 || minute === 301 ? ["ETHUSDT"] : []);
    }
    const panel = pairChart(market, { pair: PAIR, window: 60, lastBars: 120, enter: 1.8 });
    const mounted = (await panel.mount!("a")).html;
    const setting = attribute<PairSetting>(mounted, "comove-pair", "data-setting");
    assert.deepEqual(setting.initial, {
      timeframe: "1m",
      hedge: "ols",
      window: 60,
      zWindow: 20,
      enter: 1.8,
      exit: 0.5,
    });
    const { rows } = attribute<PairPacket>(
      (await panel.draw("a")).html,
      "comove-feed",
      "data-packet",
    );
    const own = unpackPairRows(rows);
    const choices: Partial<PairChoice>[] = [
      {},
      { zWindow: 5 },
      { zWindow: 100 },
      { window: 20 },
      { window: 150, zWindow: 40 },
      { hedge: "total", window: 90 },
    ];
    for (const change of choices) {
      const { enter: _, exit: __, ...choice } = checkPairChoice({ ...setting.initial, ...change });
      using pair = market.pair("ETHUSDT", "BTCUSDT", choice);
      assertSame(studyPair(own, choice, 120)!, pair, 120);
    }
    const bars = attribute<PairBars>(
      panel.parts!.find(({ name }) => name === "bars")!.draw("a")!.html,
      "comove-feed",
      "data-packet",
    );
    assert.deepEqual(Object.keys(bars), ["5m", "15m", "1h"]);
    for (const timeframe of ["5m", "15m"] as const) {
      const choice = { ...setting.initial, timeframe, window: 20, zWindow: 5 };
      const { enter: _, exit: __, ...options } = choice;
      using pair = market.pair("ETHUSDT", "BTCUSDT", options);
      assertSame(studyPair(unpackPairRows(bars[timeframe]!), choice, 20)!, pair, 20);
    }
  } finally {
    await market.close();
  }
});

Deno.test("rows with gaps, a roll and a closed hour travel as they are", () => {
  const cells = Array.from({ length: 90 }, (_, i) => i % 17 === 3 ? "." as const : 6_000 + i / 4);
  const rows = pairRows(gridOf(cells), gridOf(cells.toReversed()), "5m", {
    from: MONDAY,
    to: MONDAY + 90 * 60_000,
  });
  rows.contractY.fill(1, 0, 7).fill(2, 7);
  rows.possible.fill(0, 3, 5);
  assert.deepEqual(unpackPairRows(JSON.parse(JSON.stringify(packPairRows(rows)))), rows);
});

Deno.test("breaks of the session and rolls count in the page as they do in the market", () => {
  const cells = Array.from({ length: 120 }, (_, i) => 6_000 + 10 * Math.sin(i) + i / 4);
  const rows = pairRows(
    gridOf(cells),
    gridOf(cells.map((price, i) => price + Math.cos(i * i))),
    "1m",
    {
      from: MONDAY,
      to: MONDAY + 120 * 60_000,
    },
  );
  const choice = { timeframe: "1m", hedge: "ols", window: 40, zWindow: 10 } as const;
  assert.equal(studyPair(rows, choice, 60)!.reading.returns, 40);
  rows.cut[100] = 1;
  assert.equal(studyPair(rows, choice, 60)!.reading.returns, 39);
  rows.contractX.fill(1, 0, 90).fill(2, 90);
  const { columns, reading } = studyPair(rows, choice, 60)!;
  assert.deepEqual([columns.roll.indexOf(1), reading.n, reading.returns], [30, 29, 28]);
  assert.ok(Number.isNaN(columns.z[35]), "no line reaches over a roll");
});

Deno.test("a choice is held to the rules of the pair, by name", () => {
  const choice: PairChoice = {
    timeframe: "5m",
    hedge: "ols",
    window: 240,
    zWindow: 20,
    enter: 2,
    exit: 0.5,
  };
  assert.deepEqual(checkPairChoice(choice), choice);
  const refusals: [Partial<Record<keyof PairChoice, unknown>>, RegExp][] = [
    [{ zWindow: 4 }, /zWindow must be a whole number of at least 5, got 4/],
    [{ window: 19 }, /window .* at least 20, got 19/],
    [{ window: 20.5 }, /window .* got 20\.5/],
    [{ timeframe: "2m" }, /timeframe must be one of .* got 2m/],
    [{ hedge: "cat" }, /hedge must be one of .* got cat/],
    [{ exit: 2 }, /enter must be above exit, .* got 2 and 2/],
    [{ enter: NaN }, /enter/],
  ];
  for (const [change, rule] of refusals) {
    assert.throws(() => checkPairChoice({ ...choice, ...change } as PairChoice), rule);
  }
});

Deno.test("a line that only the kernel fits travels with the rows, and is the market's own", async () => {
  const { market, closePair } = tiedMarket();
  try {
    for (let minute = 0; minute < 320; minute++) {
      await closePair(minute, minute === 200 ? ["ETHUSDT"] : []);
    }
    for (const hedge of ["huber", "theil-sen", "kalman"] as const) {
      const panel = pairChart(market, { pair: PAIR, window: 40, lastBars: 100, hedge });
      const mounted = (await panel.mount!("a")).html;
      const { initial } = attribute<PairSetting>(mounted, "comove-pair", "data-setting");
      assert.equal(initial.hedge, hedge);
      const packet = attribute<PairPacket>(
        (await panel.draw("a")).html,
        "comove-feed",
        "data-packet",
      );
      const rows = unpackPairRows(packet.rows), line = unpackPairLine(packet.line!);
      for (const zWindow of [5, 20, 60]) {
        const { enter: _, exit: __, ...choice } = checkPairChoice({ ...initial, zWindow });
        using pair = market.pair("ETHUSDT", "BTCUSDT", choice);
        await pair.ready();
        assertSame(studyPair(rows, choice, 100, line)!, pair, 100);
      }
    }
  } finally {
    await market.close();
  }
});

Deno.test("a chart says whether a server makes another, and whether there are seconds", async () => {
  const { market, closePair } = tiedMarket();
  try {
    for (let minute = 0; minute < 80; minute++) await closePair(minute);
    const settingOf = async (isServed?: boolean) => {
      const panel = pairChart(market, {
        pair: PAIR,
        ...(isServed === undefined ? {} : { isServed }),
      });
      return attribute<PairSetting>((await panel.mount!("a")).html, "comove-pair", "data-setting");
    };
    const { isServed, hasSeconds } = await settingOf();
    assert.deepEqual([isServed, hasSeconds, (await settingOf(true)).isServed], [false, true, true]);
  } finally {
    await market.close();
  }
});
