import type { Market } from "../../market/market.ts";
import type { Panel } from "../../notebook/panel.ts";
// Each panel from its own file: others, which the page has none of, would only make the start longer.
import { alertPanel } from "../../notebook/panels/alert_panel.ts";
import { backtestPanel } from "../../notebook/panels/backtest_panel.ts";
import { basisChart } from "../../notebook/panels/basis_chart.ts";
import { connectionTable } from "../../notebook/panels/connection_table.ts";
import { correlationChart } from "../../notebook/panels/correlation_chart.ts";
import { correlationHeatmap } from "../../notebook/panels/correlation_heatmap.ts";
import { correlationPath } from "../../notebook/panels/correlation_path.ts";
import { correlationTable } from "../../notebook/panels/correlation_table.ts";
import { coverageCalendar } from "../../notebook/panels/coverage_calendar.ts";
import { coverageChart } from "../../notebook/panels/coverage_chart.ts";
import { coverageTable } from "../../notebook/panels/coverage_table.ts";
import { deskHeader } from "../../notebook/panels/desk_header.ts";
import { divergencePanel } from "../../notebook/panels/divergence_panel.ts";
import { flagsTable } from "../../notebook/panels/flags_table.ts";
import { grangerTable } from "../../notebook/panels/granger_table.ts";
import { hedgeScatter } from "../../notebook/panels/hedge_scatter.ts";
import { journalTable } from "../../notebook/panels/journal_table.ts";
import { leadLagChart } from "../../notebook/panels/lead_lag_chart.ts";
import { matrixPanel } from "../../notebook/panels/matrix_panel.ts";
import { pairChart } from "../../notebook/panels/pair_chart.ts";
import { pairScreener } from "../../notebook/panels/pair_screener.ts";
import { pairTests } from "../../notebook/panels/pair_tests.ts";
import { ratioChart } from "../../notebook/panels/ratio_chart.ts";
import { regimesChart } from "../../notebook/panels/regimes_chart.ts";
import { rehearsalPanel } from "../../notebook/panels/rehearsal_panel.ts";
import { returnsScatter } from "../../notebook/panels/returns_scatter.ts";
import { sessionsChart } from "../../notebook/panels/sessions_chart.ts";
import { tailsChart } from "../../notebook/panels/tails_chart.ts";
import { tradingView } from "../../notebook/panels/trading_view.ts";
import { venueSpread } from "../../notebook/panels/venue_spread.ts";
import { volatilityStrip } from "../../notebook/panels/volatility_strip.ts";
import { windowExplorer } from "../../notebook/panels/window_explorer.ts";
import type { BacktestOptions } from "../../notebook/panels/backtest_settings.ts";
import type { PairPanelOptions } from "../../notebook/panels/pair_panel.ts";
import { venuesOfCoin } from "../../notebook/panels/venues_of_coin.ts";
import { PAIR_TIMEFRAMES } from "../../pairs/pair_settings.ts";
import { assetsOf } from "../../model/instrument.ts";
import type { PageChoice, PlainFields } from "./page_choice.ts";
import type { FormName } from "./page_message.ts";

/** A panel of the page: one that notebooks show. */
export interface PagePanel {
  readonly name: string;
  readonly title: string;
  /** @throws {RangeError} for a choice that it cannot be made of, saying what it takes. */
  readonly make: (market: Market, choice: PageChoice) => Panel;
  /** Choices that change this panel alone. @default none */
  readonly uses?: readonly (keyof PageChoice)[];
  /** Least local time between two pictures, ms. @default 1000 */
  readonly minIntervalMs?: number;
}

/** Panels that are looked at together. */
export interface PageView {
  readonly name: string;
  readonly title: string;
  /** Which choices change what it shows. */
  readonly uses: readonly (keyof PageChoice)[];
  readonly panels: readonly PagePanel[];
  /** What can be changed from it. @default nothing */
  readonly forms?: readonly FormName[];
}

/** Prices of the header a second: as fast as an eye follows. */
const TICKS = 20;

/** Every view of the page: a panel is a line here. */
export const PAGE_VIEWS: readonly PageView[] = [
  {
    name: "market",
    title: "Market",
    uses: ["pair"],
    panels: [
      {
        name: "header",
        title: "Now",
        make: (market, choice) =>
          deskHeader(market, { ...pairOnly(choice), ticksPerSecond: TICKS }),
      },
      { name: "volatility", title: "Volatility", make: (market) => volatilityStrip(market) },
      {
        name: "charts",
        title: "Charts",
        minIntervalMs: 500,
        make: (market, choice) => tradingView(market, { vwap: true, ...sidesOf(choice) }),
      },
      {
        name: "divergence",
        title: "Divergence",
        make: (market, choice) => divergencePanel(market, pairOnly(choice)),
      },
    ],
  },
  {
    name: "correlation",
    title: "Correlation",
    uses: ["pair", "timeframe"],
    panels: [
      {
        name: "table",
        title: "By timeframe",
        make: (market, choice) => correlationTable(market, pairOnly(choice)),
      },
      {
        name: "lines",
        title: "Over the last day",
        make: (market, choice) => correlationChart(market, pairOnly(choice)),
      },
      {
        name: "explorer",
        title: "Window, lag and timeframe by hand",
        make: (market, choice) =>
          windowExplorer(market, { ...pairOnly(choice), ...timeframeOnly(choice) }),
      },
      {
        name: "ratio",
        title: "Ratio",
        make: (market, choice) => ratioChart(market, pairOnly(choice)),
      },
    ],
  },
  {
    name: "evidence",
    title: "Evidence",
    uses: ["pair", "timeframe", "days", "hours"],
    panels: [
      {
        name: "path",
        title: "Since when",
        make: (market, choice) => correlationPath(market, studied(choice)),
      },
      {
        name: "hours",
        title: "At what hours",
        make: (market, choice) => correlationHeatmap(market, studied(choice)),
      },
      {
        name: "scatter",
        title: "Returns against each other",
        make: (market, choice) => returnsScatter(market, studied(choice)),
      },
      {
        name: "lead",
        title: "Who leads",
        make: (market, choice) => leadLagChart(market, studied(choice)),
      },
      {
        name: "sessions",
        title: "By session",
        make: (market, choice) => sessionsChart(market, studied(choice)),
      },
      {
        name: "granger",
        title: "Granger",
        make: (market, choice) => grangerTable(market, studied(choice)),
      },
      {
        name: "regimes",
        title: "Regimes",
        make: (market, choice) => regimesChart(market, studied(choice)),
      },
      {
        name: "tails",
        title: "Tails",
        make: (market, choice) => tailsChart(market, studied(choice)),
      },
    ],
  },
  {
    name: "matrix",
    title: "Matrix",
    uses: ["timeframe", "days", "hours"],
    panels: [
      {
        name: "matrix",
        title: "All followed instruments",
        make: (market, choice) => matrixPanel(market, studiedTogether(choice)),
      },
    ],
  },
  {
    name: "screener",
    title: "Pairs",
    uses: ["timeframe", "days", "hours"],
    panels: [
      {
        name: "screener",
        title: "Which pairs hold together",
        make: (market, choice) => pairScreener(market, studiedTogether(choice)),
      },
    ],
  },
  {
    name: "pair",
    title: "Pair",
    uses: ["pair", "timeframe"],
    forms: ["strategy"],
    panels: [
      {
        name: "spread",
        title: "Spread and z-score",
        uses: ["chart"],
        make: (market, choice) =>
          pairChart(market, {
            ...onePair(choice),
            ...only("chart", choice.chart, CHART_FIELDS),
            isServed: true,
          }),
      },
      {
        name: "hedges",
        title: "Hedge ratios",
        make: (market, choice) => hedgeScatter(market, onePair(choice)),
      },
      {
        name: "tests",
        title: "Does it come back?",
        make: (market, choice) => pairTests(market, onePair(choice)),
      },
      {
        name: "backtest",
        title: "Traded on its past",
        uses: ["strategy"],
        // A day of history is enough for minutes.
        make: (market, choice) =>
          backtestPanel(market, {
            timeframe: "1m",
            // The page has a form for it, which the address keeps.
            controls: false,
            ...pairOnly(choice),
            ...timeframeOnly(choice),
            ...strategyOptions(choice.strategy),
          }),
      },
    ],
  },
  {
    name: "venues",
    title: "Venues",
    uses: ["pair", "days"],
    panels: [
      {
        name: "spread",
        title: "One coin at its venues",
        make: (market, choice) =>
          venueSpread(market, { ...coinOnly(market, choice), ...daysOnly(choice) }),
      },
      {
        name: "basis",
        title: "Basis in per cent",
        make: (market, choice) => basisChart(market, basisOnly(market, choice)),
      },
    ],
  },
  {
    name: "alerts",
    title: "Alerts",
    uses: [],
    forms: ["rules"],
    panels: [
      {
        name: "alerts",
        title: "Rules and alerts",
        make: (market) => alertPanel(market, { rows: 30 }),
      },
      {
        name: "rehearsal",
        title: "Rehearsal on the past",
        uses: ["rule"],
        make: (market, { rule }) => rehearsalPanel(market, rule === undefined ? {} : { rule }),
      },
    ],
  },
  {
    name: "health",
    title: "Data health",
    uses: [],
    forms: ["venues", "instruments", "files"],
    panels: [
      { name: "connections", title: "Connections", make: (market) => connectionTable(market) },
      { name: "coverage", title: "Coverage", make: (market) => coverageChart(market) },
      { name: "minutes", title: "Minutes by instrument", make: (market) => coverageTable(market) },
      { name: "calendar", title: "Calendar", make: (market) => coverageCalendar(market) },
      { name: "flags", title: "Remarkable minutes", make: (market) => flagsTable(market) },
    ],
  },
  {
    name: "log",
    title: "Log",
    uses: [],
    panels: [
      {
        name: "journal",
        title: "What happened",
        make: (market) => journalTable(market, { rows: 60 }),
      },
    ],
  },
];

function pairOnly({ pair }: PageChoice): { pair?: string } {
  return pair === undefined ? {} : { pair };
}

function sidesOf({ pair }: PageChoice): { instruments?: readonly string[] } {
  return pair === undefined ? {} : { instruments: pair.split("/") };
}

function timeframeOnly({ timeframe }: PageChoice): Pick<PageChoice, "timeframe"> {
  return timeframe === undefined ? {} : { timeframe };
}

function daysOnly({ days }: PageChoice): Pick<PageChoice, "days"> {
  return days === undefined ? {} : { days };
}

/** The side of the chosen pair that is followed at several venues. */
function coinOnly(market: Market, { pair = "" }: PageChoice): { coin?: string } {
  const sides = market.instruments.filter(({ id }) => pair.split("/").includes(id));
  const coin = sides.map((one) => assetsOf(one).base)
    .find((base) => venuesOfCoin(market, base).instruments.length > 1);
  return coin === undefined ? {} : { coin };
}

/** The chosen pair where both sides are one coin, else that coin's first two markets. */
function basisOnly(market: Market, choice: PageChoice): { pair?: string; coin?: string } {
  const sides = (choice.pair ?? "").split("/").map((id) =>
    market.instruments.find((one) => one.id === id)
  );
  const [y, x] = sides.map((one) => one === undefined ? undefined : assetsOf(one).base);
  return y !== undefined && y === x ? pairOnly(choice) : coinOnly(market, choice);
}

/** @throws {RangeError} for bars that a pair is not followed by. */
function onePair(choice: PageChoice): PairPanelOptions {
  const { timeframe } = choice;
  if (timeframe === undefined) return pairOnly(choice);
  const known = PAIR_TIMEFRAMES.find((one) => one === timeframe);
  if (known !== undefined) return { ...pairOnly(choice), timeframe: known };
  throw new RangeError(
    `timeframe of a pair must be one of ${PAIR_TIMEFRAMES.join(", ")}, got ${timeframe}`,
  );
}

/** What an address may set of a pair's chart and backtest: what their controls do. */
const CHART_FIELDS = ["timeframe", "hedge", "window", "zWindow", "enter", "exit"];
const STRATEGY_FIELDS = [
  "windows",
  "entries",
  "exit",
  "stop",
  "feeBp",
  "slippageBp",
  "train",
  "test",
];

/** @throws {RangeError} for a field that is none of those known. */
function only(name: string, fields: PlainFields = {}, known: readonly string[]): PlainFields {
  const other = Object.keys(fields).find((key) => !known.includes(key));
  if (other === undefined) return fields;
  throw new RangeError(`${name} has ${known.join(", ")}; got ${other}`);
}

/** Options of a backtest; several windows and entries are a text, `24,48`. */
function strategyOptions(fields: PlainFields | undefined): BacktestOptions {
  const { windows, entries, ...others } = only("strategy", fields, STRATEGY_FIELDS);
  const numbers = (list: string | number) => `${list}`.split(",").map((one) => Number(one.trim()));
  return {
    ...others,
    ...(windows === undefined ? {} : { windows: numbers(windows) }),
    ...(entries === undefined ? {} : { entries: numbers(entries) }),
  };
}

function studied(
  { pair, timeframe, days, hours }: PageChoice,
): Omit<PageChoice, "view" | "folded" | "rule" | "chart" | "strategy"> {
  return {
    ...(pair === undefined ? {} : { pair }),
    ...(timeframe === undefined ? {} : { timeframe }),
    ...(days === undefined ? {} : { days }),
    ...(hours === undefined ? {} : { hours }),
  };
}

/** For panels of all that is followed. */
function studiedTogether(choice: PageChoice): Omit<ReturnType<typeof studied>, "pair"> {
  const { pair: _, ...rest } = studied(choice);
  return rest;
}
