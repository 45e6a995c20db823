import { counted } from "../model/counted.ts";
import { formatUtc } from "../model/time.ts";
import type { RefusalReason } from "../pairs/backtest_types.ts";
import type { StrategySummary } from "../pairs/strategy_summary.ts";
import { settingAt, type StrategySurface, type SurfaceLuck } from "../pairs/strategy_surface.ts";
import type { FoundStrategy } from "../pairs/found_strategy.ts";
import { signed } from "./estimate_text.ts";
import { priceText, shortNumber } from "./number_text.ts";
import { listed, shareText } from "./sentence_text.ts";
import type { TableText } from "./table.ts";

/** What a strategy is said of. */
export interface StrategyNames {
  /** What readers call the two sides, y first. */
  readonly labels: readonly string[];
  /** What money is counted in: `USDT`. */
  readonly money: string;
}

const REFUSALS: Readonly<Record<RefusalReason, string>> = {
  "beta-unknown": "no hedge was known",
  "beta-0": "the hedge was 0",
  "leg-rounds-to-0": "a leg would have been less than half a lot",
  margin: "the margin was not there",
};

/** Trades shown in the table; all are in the file. */
const MOST_TRADES = 60;

/** What was won and what it cost, out of sample, and no more than that. */
export function strategySentence(found: FoundStrategy, { labels, money }: StrategyNames): string {
  const { summary, grid, plan, folds } = found;
  const tried = counted(grid.windows.length * grid.entries.length, "setting");
  const how =
    `Of ${tried} tried, the best of the last ${plan.train} bars was used for the next ${plan.test}, ` +
    `${folds.length} times over: ${labels.join(" against ")}`;
  if (summary.trades === 0) return `${how} would not have been traded. ${whyNone(found)}`;
  const { net, gross, fees, slippage, funding, unknownFundings } = summary;
  const { trades, closed, won, days } = summary;
  const paid = listed([
    `${moneyText(fees)} of fees`,
    `${moneyText(slippage)} of slippage`,
    ...(funding === 0 ? [] : [`${moneyText(funding)} of funding`]),
  ]);
  const unknown = unknownFundings === 0
    ? ""
    : ` Funding fell due ${
      counted(unknownFundings, "time")
    } at a rate that is not known, and is not in it.`;
  return `${how} would have ${net >= 0 ? "won" : "lost"} ${moneyText(Math.abs(net))} ${money} in ` +
    `${days.toFixed(1)} days: ${signedMoney(gross)} by prices, less ${paid}. ` +
    `${counted(trades, "trade")}, ${won} of ${closed} closed ones won; ${
      sharpeText(summary)
    }.${unknown}`;
}

function whyNone({ summary, folds }: FoundStrategy): string {
  const idle = folds.filter(({ choice }) => choice < 0).length;
  const refused = refusalText(summary);
  if (refused !== "") return `${refused}.`;
  return idle === folds.length
    ? "No setting had earned its costs in any of the stretches it was to be chosen on."
    : "No z-score reached its band where a setting was used.";
}

function sharpeText({ sharpe, sharpeLo, sharpeHi }: StrategySummary): string {
  if (Number.isNaN(sharpe)) return "no Sharpe ratio";
  const ratio = `Sharpe ratio of a year ${signed(sharpe)} (95 % ${signed(sharpeLo)} to ${
    signed(sharpeHi)
  })`;
  const verdict = sharpeLo > 0
    ? "more than luck explains"
    : sharpeHi < 0
    ? "a loss that luck does not explain"
    : "not told from luck";
  return `${ratio}, ${verdict}`;
}

/** How much the best of the surface is worth. */
export function surfaceSentence(
  surface: StrategySurface,
  found: Pick<FoundStrategy, "grid">,
): string {
  const { best, overfitting, net } = surface;
  if (best < 0) return "No setting traded: there is nothing to compare.";
  const { window, enter } = settingAt(found.grid, best);
  const name = `By hindsight the best by Sharpe ratio is window ${window} with entry ${enter}, ${
    signedMoney(net[best]!)
  }`;
  if (overfitting === undefined) return `${name}; too little to say how far that is luck.`;
  const { probability, probabilityOfLoss, trials, deflated } = overfitting;
  return `${name}. Chosen on one half of the time, the best setting is among the worse half of all on the other in ` +
    `${
      shareText(probability)
    } of the cases (probability of backtest overfitting), and loses money there in ${
      shareText(probabilityOfLoss)
    }. Its true Sharpe ratio is above 0 with probability ${
      shareText(deflated)
    }, given that it is the best of ${trials} (deflated Sharpe ratio).${alikeText(overfitting)}`;
}

/** From this probability on the order of settings is luck, and up to that one the best of a half seldom loses. */
const LUCKY_ORDER = 0.2, SELDOM_LOSS = 0.05;

/** Settings that all earn, and lie close to each other, change places by luck: no sign that the pair earns by it. */
function alikeText({ probability, probabilityOfLoss }: SurfaceLuck): string {
  return probability >= LUCKY_ORDER && probabilityOfLoss <= SELDOM_LOSS
    ? " Which setting is best is luck here, as many earn alike; the best of one half seldom loses in the other."
    : "";
}

/** The figures of the strategy as it would have been traded. */
export function performanceTable(
  found: FoundStrategy,
  { money, labels }: StrategyNames,
): TableText {
  const { summary, terms } = found;
  const { closed, won, trades, inMarket, turnover, capacity, leastCapacity } = summary;
  const refused = refusalText(summary);
  return {
    caption: "Out of sample, after costs",
    columns: ["", "", "what it rests on"],
    align: ["left", "right", "left"],
    rows: [
      ["net", signedMoney(summary.net), `${money}, on a capital of ${moneyText(terms.capital)}`],
      ["gross", signedMoney(summary.gross), "by prices alone"],
      ["fees", moneyText(summary.fees), feeText(found, labels)],
      ["slippage", moneyText(summary.slippage), `${terms.slippageBp} bp of each fill's price`],
      ["funding", moneyText(summary.funding), fundingText(found, labels)],
      ["trades", `${trades}`, trades === closed ? "all closed" : `${trades - closed} open`],
      ["won", `${won}`, `of ${closed} closed, after costs`],
      ["Sharpe ratio", knownSigned(summary.sharpe), intervalText(summary)],
      ["above 0", shareText(summary.probability), "probability that the true ratio is"],
      ["drawdown", percentOf(summary.maxDrawdown), "deepest, of the highest so far"],
      ["in the market", shareText(inMarket), "of the bars"],
      ["turnover", `${turnover.toFixed(1)}x`, "capital filled a day"],
      [
        "capacity",
        moneyText(capacity),
        `${money} a position: the median fill is 1 % of its bar; of the thinnest ${
          moneyText(leastCapacity)
        }`,
      ],
    ],
    note: refused,
  };
}

function feeText({ terms: { feeBp } }: FoundStrategy, [y = "y", x = "x"]: readonly string[]) {
  return feeBp.y === feeBp.x
    ? `${feeBp.y} bp of each fill`
    : `${feeBp.y} bp of each fill of ${y}, ${feeBp.x} bp of ${x}`;
}

function fundingText(
  { terms: { fundingBp }, perpetual, summary }: FoundStrategy,
  labels: readonly string[],
): string {
  const said = (["y", "x"] as const).flatMap((leg, i) => {
    const given = fundingBp[leg];
    if (given !== null) return [`${given} bp each 8 h of ${labels[i]}, as given`];
    return perpetual[leg] ? [`of ${labels[i]} as the venue says it was paid`] : [];
  });
  const unknown = unknownFundingText(summary);
  return said.length === 0
    ? "neither is a perpetual"
    : [...said, ...(unknown === "" ? [] : [unknown])].join("; ");
}

/** Which funding is not in the account, though it fell due; empty where all is. */
export function unknownFundingText({ unknownFundings }: StrategySummary): string {
  return unknownFundings === 0
    ? ""
    : `${counted(unknownFundings, "payment")} of it not known and not counted`;
}

function intervalText({ sharpeLo, sharpeHi, days }: StrategySummary): string {
  const interval = Number.isNaN(sharpeLo)
    ? ""
    : `95 % ${signed(sharpeLo)} to ${signed(sharpeHi)}, `;
  return `${interval}of a year, from ${days.toFixed(1)} days`;
}

function refusalText({ refused }: Pick<StrategySummary, "refused">): string {
  if (refused.length === 0) return "";
  const parts = refused.map(({ reason, count }) => `${count} times ${REFUSALS[reason]}`);
  return `Wanted and not opened: ${parts.join(", ")}`;
}

/** Each trade, the newest first. */
export function tradesTable(found: FoundStrategy, { labels, money }: StrategyNames): TableText {
  const [y = "y", x = "x"] = labels;
  return {
    caption: `Trades, the newest first, in ${money}`,
    columns: [
      "opened",
      "closed",
      y,
      "from",
      "to",
      x,
      "from",
      "to",
      "gross",
      "fees",
      "slippage",
      "funding",
      "net",
    ],
    rows: found.trades.toReversed().slice(0, MOST_TRADES).map((trade) => [
      formatUtc(trade.entryTime),
      Number.isNaN(trade.exitTime) ? "open" : formatUtc(trade.exitTime),
      shortNumber(trade.quantity.y),
      shortNumber(trade.entry.y),
      shortNumber(trade.exit.y),
      shortNumber(trade.quantity.x),
      shortNumber(trade.entry.x),
      shortNumber(trade.exit.x),
      signedMoney(trade.gross),
      moneyText(trade.fees),
      moneyText(trade.slippage),
      moneyText(trade.funding),
      signedMoney(trade.net),
    ]),
    empty: "No trade.",
    note: found.trades.length > MOST_TRADES
      ? `The newest ${MOST_TRADES} of ${found.trades.length}; the file of trades has all.`
      : undefined,
  };
}

/** `1,234`, `12.30`, `–` where unknown. */
export function moneyText(value: number): string {
  return priceText(value, Math.abs(value) >= 1_000 ? 0 : 2);
}

/** The same with its sign. */
export function signedMoney(value: number): string {
  return value > 0 ? `+${moneyText(value)}` : moneyText(value);
}

function knownSigned(value: number): string {
  return Number.isNaN(value) ? "–" : signed(value);
}

function percentOf(share: number): string {
  return Number.isNaN(share) ? "–" : `${priceText(100 * share, 2)} %`;
}
