import assert from "node:assert/strict";
import fc from "fast-check";
import { choiceOfHash, hashOfChoice } from "../../../lib/api/page/browser/choice_hash.ts";
import { PAGE_KEYS, pageKey } from "../../../lib/api/page/browser/page_keys.ts";
import { parseChoice } from "../../../lib/api/page/page_choice.ts";
import { pictureRoom } from "../../../lib/api/page/picture_room.ts";
import { PAGE_VIEWS } from "../../../lib/api/page/page_views.ts";
import { tiedMarket } from "../../support/tied_pair.ts";

Deno.test("a choice survives the address of its page", () => {
  const full = { view: "evidence", pair: "BTCUSDT/ES", timeframe: "5m", days: 7, hours: "us" };
  const hash = hashOfChoice(parseChoice(full));
  assert.equal(hash, "#view=evidence&pair=BTCUSDT/ES&timeframe=5m&days=7&hours=us");
  assert.deepEqual(choiceOfHash(hash), full);
  assert.deepEqual(choiceOfHash(""), {});
  assert.deepEqual(choiceOfHash("#pair=&days=x&what=1"), {});
});

Deno.test("what is set of a pair's chart and backtest survives the address too", () => {
  const full = {
    view: "pair",
    pair: "AVAXUSDT/SOLUSDT",
    chart: { hedge: "total", window: 120, zWindow: 35, enter: 2.5, exit: 0 },
    strategy: { windows: "24,48", entries: 2, stop: 4, feeBp: 7.5 },
  };
  const hash = hashOfChoice(parseChoice(full));
  assert.match(hash, /&chart\.zWindow=35&.*&strategy\.windows=24,48&/);
  assert.deepEqual(choiceOfHash(hash), full);
  assert.deepEqual(choiceOfHash("#view=pair&chart.zWindow=&chartzWindow=3"), { view: "pair" });
});

Deno.test("pictures take the width of the reader's window, which is no part of the address", () => {
  const choice = parseChoice({ view: "evidence", width: 370 });
  assert.equal(choice.width, 370);
  assert.equal(hashOfChoice(choice), "#view=evidence");
  assert.deepEqual([374, 379.5, 300, 790, 800].map(pictureRoom), [370, 370, 320, 790, undefined]);
  for (const width of [310, 371, 800, "370", NaN, null]) {
    assert.throws(
      () => parseChoice({ view: "evidence", width }),
      /width must be a multiple of 10 from 320 to 790, got/,
    );
  }
});

Deno.test("every panel of a view takes the choices of its reader", async () => {
  const { market } = tiedMarket();
  try {
    const choice = { pair: "BTCUSDT/ETHUSDT", days: 7, hours: "us", width: 370 } as const;
    for (const { name, panels } of PAGE_VIEWS) {
      for (const panel of panels) {
        assert.doesNotThrow(
          () => panel.make(market, { view: name, ...choice }),
          `${name}, ${panel.name}`,
        );
      }
    }
  } finally {
    await market.close();
  }
});

const PAIR_VIEW = PAGE_VIEWS.find(({ name }) => name === "pair")!;

Deno.test("an address is held to the rules of chart and backtest, and sets nothing else of them", async () => {
  const { market } = tiedMarket();
  const make = (name: string, choice: object) =>
    PAIR_VIEW.panels.find((panel) => panel.name === name)!.make(
      market,
      parseChoice({ view: "pair", pair: "ETHUSDT/BTCUSDT", ...choice }),
    );
  const refused: [string, object, RegExp][] = [
    ["spread", { chart: { zWindow: 4 } }, /zWindow must be a whole number of at least 5, got 4/],
    ["spread", { chart: { zWindow: "many" } }, /zWindow .* got many/],
    ["spread", { chart: { enter: 1, exit: 1 } }, /enter must be above exit/],
    ["spread", { chart: { timeframe: "2m" } }, /timeframe must be one of/],
    ["spread", { chart: { history: 20_000 } }, /chart has timeframe, .*; got history/],
    ["backtest", { strategy: { windows: "24,x" } }, /windows must be a whole number .* got NaN/],
    ["backtest", { strategy: { windows: "2,24" } }, /windows .* at least 5, got 2/],
    ["backtest", { strategy: { entries: 1, exit: 2 } }, /exit < enter/],
    ["backtest", { strategy: { stop: 2 } }, /enter < stop/],
    ["backtest", { strategy: { feeBp: -1 } }, /feeBp/],
    ["backtest", { strategy: { theme: "x" } }, /strategy has windows, .*; got theme/],
  ];
  try {
    for (const [name, choice, rule] of refused) assert.throws(() => make(name, choice), rule);
    const mounted = make("spread", { chart: { zWindow: 35, hedge: "total" } }).mount!("a");
    assert.match((await mounted).html, /"hedge":"total","window":240,"zWindow":35,/);
    assert.ok(make("backtest", { strategy: { windows: "24, 48", entries: 2, stop: 4 } }));
  } finally {
    await market.close();
  }
});

Deno.test("whatever a page sends is a choice or a RangeError that names what is wrong", () => {
  fc.assert(fc.property(fc.anything(), (given) => {
    try {
      assert.equal(typeof parseChoice(given).view, "string");
    } catch (error) {
      assert.ok(error instanceof RangeError);
      assert.match(error.message, /must|choice/);
    }
  }));
  for (
    const [given, rule] of [
      [{ view: "" }, /view must be a text/],
      [{ view: "a", days: 2 }, /days must be one of 1, 3, 7, 30, got 2/],
      [{ view: "a", timeframe: "2m" }, /timeframe must be one of 1m/],
      [{ view: "a", hours: "eu" }, /hours must be one of all, us/],
      [{ view: "a", folded: Array(51).fill("x") }, /at most 50/],
      [{ view: "a".repeat(101) }, /1 to 100 characters/],
      [{ view: "a", rule: { fire: {} } }, /rule must be an object of 1 to 50 numbers and texts/],
      [{ view: "a", rule: "apart" }, /rule must be an object/],
    ] as const
  ) assert.throws(() => parseChoice(given), rule);
});

Deno.test("each key that is listed does something", () => {
  assert.deepEqual(pageKey("3"), { kind: "timeframe", at: 2 });
  for (const [keys] of PAGE_KEYS) {
    for (const key of keys.split(/ [/…] /)) {
      if (key !== "Esc") assert.notEqual(pageKey(key === "Space" ? " " : key), undefined, key);
    }
  }
  assert.equal(pageKey("Tab"), undefined);
});
