import assert from "node:assert/strict";
import { TradingState } from "../../../lib/feeds/streaming/trading_state.ts";
import { isTradable, TRADING_MODES, type TradingMode } from "../../../lib/model/trading_mode.ts";

const T = Date.UTC(2025, 11, 3, 15);

function watched() {
  const reported: TradingMode[] = [];
  return { reported, state: new TradingState((mode) => reported.push(mode)) };
}

Deno.test("TradingState is unknown until it is said, and reports each change once", () => {
  const { state, reported } = watched();
  assert.deepEqual([state.mode, state.isHalted], [undefined, false]);
  for (const mode of ["online", "online", "auction", "auction", "limit-only", "online"] as const) {
    state.take(mode, T);
    assert.equal(state.mode, mode);
  }
  assert.deepEqual(reported, ["auction", "limit-only", "online"], "the first one is as usual");
  state.take("offline", T);
  state.take(undefined, NaN);
  assert.equal(state.mode, undefined, "what cannot be had is unknown, and not what it was");
  assert.equal(state.isHalted, false);
  assert.deepEqual(reported.slice(3), ["offline"]);
  state.take("offline", T);
  assert.equal(reported.length, 4);
});

Deno.test("TradingState is halted in each mode in which nothing is matched", () => {
  const halted = TRADING_MODES.filter((mode) => {
    const { state } = watched();
    state.take(mode, T);
    return state.isHalted;
  });
  const expected = ["post-only", "cancel-only", "auction", "offline", "maintenance", "delisted"];
  assert.deepEqual(halted, expected);
  assert.deepEqual(TRADING_MODES.filter((mode) => !isTradable(mode)), expected);
});

Deno.test("TradingState takes what holds for the whole venue before what was said of the product", () => {
  const { state, reported } = watched();
  state.takeVenue("online", T);
  assert.equal(state.mode, "online");
  state.take("limit-only", T);
  assert.equal(state.mode, "limit-only");
  state.takeVenue("cancel-only", T);
  assert.equal(state.mode, "cancel-only");
  state.takeVenue("online", T);
  assert.equal(state.mode, "limit-only");
  state.takeVenue("post-only", T);
  state.takeVenue(undefined, NaN);
  assert.equal(state.mode, "limit-only", "on another connection it has to be said anew");
  const all = ["limit-only", "cancel-only", "limit-only", "post-only", "limit-only"];
  assert.deepEqual(reported, all);
});

Deno.test("TradingState does not go on saying that nothing trades when something does", () => {
  const { state } = watched();
  state.take("cancel-only", T);
  state.traded(T + 5_000);
  assert.equal(state.mode, "cancel-only", "clocks may be apart by so much");
  state.traded(T - 60_000);
  assert.equal(state.mode, "cancel-only", "an old trade");
  state.traded(T + 5_001);
  assert.equal(state.mode, undefined);
  state.take("limit-only", T);
  state.traded(T + 60_000);
  assert.equal(state.mode, "limit-only", "that lets trades be made");
  state.takeVenue("post-only", T);
  state.traded(T + 60_000);
  assert.equal(state.mode, "limit-only");
  state.takeVenue("post-only", Infinity);
  state.traded(T + 60_000);
  assert.equal(state.mode, "post-only", "said before the venue's time was known");
});
