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
  /** Whether that stands below the panels: it is read first. @default false */
  readonly areFormsBelow?: boolean;
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
      panelOf("header", "Now", deskHeader, (choice) => ({
        ...pairOnly(choice),
        ticksPerSecond: TICKS,
      })),
      panelOf("volatility", "Volatility", volatilityStrip, () => ({})),
      panelOf("charts", "Charts", tradingView, (choice) => ({ vwap: true, ...sidesOf(choice) }), {
        minIntervalMs: 500,
      }),
      panelOf("divergence", "Divergence", divergencePanel, pairOnly),
    ],
  },
  {
    name: "correlation",
    title: "Correlation",
    uses: ["pair", "timeframe"],
    panels: [
      panelOf("table", "By timeframe", correlationTable, firstPair),
      panelOf("lines", "Over the last day", correlationChart, pairOnly),
      panelOf("explorer", "Window, lag and timeframe by hand", windowExplorer, (choice) => ({
        ...pairOnly(choice),
        ...timeframeOnly(choice),
      })),
      pictureOf("ratio", "Ratio", ratioChart, pairOnly),
    ],
  },
  {
    name: "evidence",
    title: "Evidence",
    uses: ["pair", "timeframe", "days", "hours"],
    panels: [
      pictureOf("path", "Since when", correlationPath, studied),
      // It shows bars of each length.
      panelOf(
        "hours",
        "At what hours",
        correlationHeatmap,
        ({ timeframe: _, ...choice }) => studied(choice),
      ),
      panelOf("scatter", "Returns against each other", returnsScatter, studied),
      pictureOf("lead", "Who leads", leadLagChart, studied),
      pictureOf("sessions", "By session", sessionsChart, studied),
      panelOf("granger", "Granger", grangerTable, studied),
      pictureOf("regimes", "Regimes", regimesChart, studied),
      pictureOf("tails", "Tails", tailsChart, studied),
    ],
  },
  {
    name: "matrix",
    title: "Matrix",
    uses: ["timeframe", "days", "hours"],
    panels: [panelOf("matrix", "All followed instruments", matrixPanel, studiedTogether)],
  },
  {
    name: "screener",
    title: "Pairs",
    uses: ["timeframe", "days", "hours"],
    panels: [panelOf("screener", "Which pairs hold together", pairScreener, studiedTogether)],
  },
  {
    name: "pair",
    title: "Pair",
    uses: ["pair", "timeframe"],
    panels: [
      panelOf("spread", "Spread and z-score", pairChart, (choice) => ({
        ...onePair(choice),
        ...only("chart", choice.chart, CHART_FIELDS),
        isServed: true,
      }), { uses: ["chart"] }),
      pictureOf("hedges", "Hedge ratios", hedgeScatter, onePair),
      panelOf("tests", "Does it come back?", pairTests, onePair),
      panelOf("backtest", "Traded on its past", backtestPanel, (choice) => ({
        // A day of history is enough for minutes.
        timeframe: choice.timeframe ?? "1m",
        // The page has a form for it, which the address keeps.
        controls: false,
        ...pairOnly(choice),
        ...strategyOptions(choice.strategy),
      }), { uses: ["strategy"] }),
    ],
    forms: ["strategy"],
    areFormsBelow: true,
  },
  {
    name: "venues",
    title: "Venues",
    uses: ["pair", "days"],
    panels: [
      pictureOf("spread", "One coin at its venues", venueSpread, (choice, market) => ({
        ...coinOnly(market, choice),
        ...daysOnly(choice),
      })),
      pictureOf(
        "basis",
        "Basis in per cent",
        basisChart,
        (choice, market) => basisOnly(market, choice),
      ),
    ],
  },
  {
    name: "alerts",
    title: "Alerts",
    uses: [],
    forms: ["rules"],
    panels: [
      panelOf("alerts", "Rules and alerts", alertPanel, () => ({ rows: 30 })),
      panelOf(
        "rehearsal",
        "Rehearsal on the past",
        rehearsalPanel,
        ({ rule }) => rule === undefined ? {} : { rule },
        { uses: ["rule"] },
      ),
    ],
  },
  {
    name: "health",
    title: "Data health",
    uses: [],
    forms: ["venues", "instruments", "files"],
    panels: [
      panelOf("connections", "Connections", connectionTable, () => ({})),
      pictureOf("coverage", "Coverage", coverageChart, () => ({})),
      panelOf("minutes", "Minutes by instrument", coverageTable, () => ({})),
      panelOf("calendar", "Calendar", coverageCalendar, () => ({})),
      panelOf("flags", "Remarkable minutes", flagsTable, () => ({})),
    ],
  },
  {
    name: "log",
    title: "Log",
    uses: [],
    panels: [panelOf("journal", "What happened", journalTable, () => ({ rows: 60 }))],
  },
];

/** A panel of notebooks as one of the page. @param takes its options, by what the reader has chosen */
function panelOf<Options>(
  name: string,
  title: string,
  panel: (market: Market, options: Options) => Panel,
  takes: (choice: PageChoice, market: Market) => NoInfer<Options>,
  more: Pick<PagePanel, "uses" | "minIntervalMs"> = {},
): PagePanel {
  return {
    name,
    title,
    make: (market, choice) => panel(market, takes(choice, market)),
    ...more,
  };
}

/** The same of one whose picture is made as wide as the reader's window allows. */
function pictureOf<Options extends { readonly width?: number }>(
  name: string,
  title: string,
  panel: (market: Market, options: Options) => Panel,
  takes: (choice: PageChoice, market: Market) => NoInfer<Omit<Options, "width">>,
): PagePanel {
  const sized = (choice: PageChoice, market: Market) => {
    const { width } = choice;
    return { ...takes(choice, market), ...(width === undefined ? {} : { width }) } as Options;
  };
  return panelOf(name, title, panel, sized, { uses: ["width"] });
}

function pairOnly({ pair }: PageChoice): { pair?: string } {
  return pair === undefined ? {} : { pair };
}

/** The pair that the page's list stands at: all of them are in the matrix. */
function firstPair({ pair }: PageChoice, market: Market): { pair?: string } {
  const name = pair ?? market.pairs[0]?.name;
  return name === undefined ? {} : { pair: name };
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
): Pick<PageChoice, "pair" | "timeframe" | "days" | "hours"> {
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
