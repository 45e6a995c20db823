import type { Study } from "../../sync/studies/study.ts";
import { findStrategy, type FoundStrategy, type PairStrategySettings } from "../found_strategy.ts";
import { strategyScope } from "./strategy_scope.ts";

/** Trades a pair on its past: every setting over all rows, and one chosen anew before each test. */
export const pairStrategyStudy: Study<PairStrategySettings, FoundStrategy> = {
  name: "pair-strategy",
  run(scope, settings) {
    const { rows, evidence } = strategyScope(scope);
    return { ...findStrategy(rows, settings), evidence };
  },
};
