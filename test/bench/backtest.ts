/**
 * The backtest of a pair: 25 settings over 7 and 30 days of 5m bars, and the walk forward with what it takes to say how
 * far the best is luck. Processor time of the best of some runs; the surface against pandas, numpy and a plain loop, which
 * must come to the same money. `PYTHON` names an interpreter that has the packages of requirements.txt; without them the
 * ratio is left out.
 *
 *     deno run -A test/bench/backtest.ts
 */
import { DAY, MINUTE } from "../../lib/model/time.ts";
import { strategyAccount, strategyLine, strategySides } from "../../lib/pairs/strategy_rule.ts";
import type { StrategyRows, StrategyTerms } from "../../lib/pairs/strategy_rows.ts";
import { netOf, tryStrategies } from "../../lib/pairs/strategy_surface.ts";
import { walkStrategies } from "../../lib/pairs/strategy_walk.ts";
import { normals } from "../pairs/synthetic.ts";
import { say } from "../support/say.ts";
import { bestProcessorMs } from "./processor_time.ts";

const STEP = 5 * MINUTE, RUNS = 3, YEAR = 365 * DAY / STEP;
const GRID = { windows: [24, 48, 96, 144, 192], entries: [1, 1.5, 2, 2.5, 3] };
const PLAN = { train: 288, test: 96 };
const COSTS = { exit: 0.5, gross: 10_000, lot: 0.01, fee: 1e-3, slippage: 1e-4 };
const TERMS: StrategyTerms = {
  exit: COSTS.exit,
  stop: Infinity,
  // So much that no setting is ruined by its costs: the peer lets none be.
  capital: 100 * COSTS.gross,
  gross: COSTS.gross,
  lots: { y: COSTS.lot, x: COSTS.lot },
  feeBp: { y: 1e4 * COSTS.fee, x: 1e4 * COSTS.fee },
  slippageBp: 1e4 * COSTS.slippage,
  fundingBp: { y: null, x: null },
};

function rowsOf(days: number): StrategyRows {
  const next = normals(1), length = days * DAY / STEP;
  const column = () => new Float64Array(length);
  const y = { open: column(), close: column(), money: column().fill(1e6) };
  const x = { open: column(), close: column(), money: column().fill(1e6) };
  let log = 4, spread = 0, lastY = Math.exp(4.8), lastX = Math.exp(4);
  for (let row = 0; row < length; row++) {
    y.open[row] = lastY;
    x.open[row] = lastX;
    log += 0.002 * next();
    spread = 0.95 * spread + 0.002 * next();
    lastX = x.close[row] = Math.exp(log);
    lastY = y.close[row] = Math.exp(0.4 + 1.1 * log + spread);
  }
  return { start: Date.UTC(2026, 0, 12), stepMs: STEP, length, y, x };
}

/** Money of each setting, and nothing else. */
function surface(rows: StrategyRows): number[] {
  const range = { from: Math.max(...GRID.windows), to: rows.length };
  return GRID.windows.flatMap((window) => {
    const { z, beta } = strategyLine(rows, window);
    return GRID.entries.map((enter) => {
      const side = strategySides(z, range, { ...TERMS, enter });
      const { trades } = strategyAccount(rows, side, beta, TERMS);
      return trades.reduce((sum, trade) => sum + netOf(trade), 0);
    });
  });
}

async function peerOf({ y, x }: StrategyRows) {
  const plain = ({ open, close }: StrategyRows["y"]) => ({ open: [...open], close: [...close] });
  const text = JSON.stringify({ y: plain(y), x: plain(x), ...GRID, ...COSTS });
  const peer = new Deno.Command(Deno.env.get("PYTHON") ?? "python3", {
    args: [new URL("./backtest_peer.py", import.meta.url).pathname],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  await new Blob([text]).stream().pipeTo(peer.stdin).catch(() => {});
  const { code, stdout } = await peer.output();
  if (code !== 0) return undefined;
  return JSON.parse(new TextDecoder().decode(stdout)) as { nets: number[]; ms: number };
}

for (const days of [7, 30]) {
  const rows = rowsOf(days);
  const nets = surface(rows), ms = bestProcessorMs(RUNS, () => surface(rows));
  say(`${days} days, ${rows.length} bars: 25 settings in ${ms.toFixed(1)} ms of processor time`);
  const tried = tryStrategies(rows, GRID, TERMS, YEAR);
  const withLuck = bestProcessorMs(RUNS, () => tryStrategies(rows, GRID, TERMS, YEAR));
  const walk = bestProcessorMs(RUNS, () => walkStrategies(rows, GRID, TERMS, PLAN, tried));
  say(
    `  with Sharpe ratios and the probability of overfitting ${withLuck.toFixed(0)} ms; ` +
      `the walk forward ${walk.toFixed(0)} ms`,
  );
  const peer = await peerOf(rows).catch(() => undefined);
  if (peer === undefined) {
    say("  pandas is left out: PYTHON names no interpreter that has it");
    continue;
  }
  const apart = Math.max(...peer.nets.map((net, i) => Math.abs(net - nets[i]!)));
  if (!(apart < 1e-6)) throw new Error(`the peer comes to other money: ${apart} apart`);
  say(
    `  pandas, numpy and a plain loop: ${peer.ms.toFixed(0)} ms for the same money, ` +
      `${(peer.ms / ms).toFixed(1)} times ours`,
  );
}
