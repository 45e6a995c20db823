import { PAGE } from "../../charts/page_theme.ts";
import { figureImage } from "../../charts/figure.ts";
import { strategyTexts } from "../../charts/strategy_fields.ts";
import { strategyFigure } from "../../charts/strategy_figure.ts";
import { strategyPicture } from "../../charts/strategy_picture.ts";
import { strategyFeed, strategyMount } from "../../charts/strategy_view.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import type { FoundStrategy, PairStrategySettings } from "../../pairs/found_strategy.ts";
import { pairStrategyStudy } from "../../pairs/studies/pair_strategy.ts";
import { pageExtension } from "../page_extension.ts";
import type { Frame, Panel } from "../panel.ts";
import { type BacktestOptions, backtestSettings, OWN_OPTIONS } from "./backtest_settings.ts";
import { mixedMoney } from "./mixed_money.ts";
import { sidesOf } from "./pair_panel.ts";
import { type StudyAbout, studyPanel, type StudyPanelOptions } from "./study_panel.ts";

/** Options of {@link backtestPanel}. */
export interface BacktestPanelOptions extends Omit<StudyPanelOptions, "pair">, BacktestOptions {
  /** Any two that are followed, `"AVAXUSDT/SOLUSDT"`: the first is hedged by the second. @default the first pair */
  readonly pair?: string;
  /** Fields in the page for what is tried and at what cost; the page then computes it. @default true */
  readonly controls?: boolean;
}

const TITLE = "traded on its past";
const TIMEFRAME = "5m", DAYS = 7;

/**
 * A pair traded on its past, at a cost: before each test the best of the settings on the bars before it, used on bars that
 * nobody has looked at. With every setting by hindsight, how far the best of them is luck, and each trade.
 *
 * What is tried and at what cost can be changed in the page, with the kernel off too: it trades the bars that travel with it.
 *
 * @throws {TypeError} for an option that it does not have; {RangeError} for a value that cannot be.
 */
export function backtestPanel(market: Market, options: BacktestPanelOptions = {}): Panel {
  const { y, x } = sidesOf(market, options.pair);
  const sideOf = (id: string) => market.instruments.find((one) => one.id === id)!;
  const sides = { y: sideOf(y), x: sideOf(x) };
  const settings = backtestSettings(options, sides);
  const { theme = PAGE, controls = true, timeframe = TIMEFRAME, days = DAYS } = options;
  const { hours = "all" } = options;
  const money = mixedMoney(sides);
  const namesOf = (labels: readonly string[]) => ({ labels, money: sides.y.currency });
  const mount = async (id: string): Promise<Frame> => {
    const labels = [y, x].map(shortLabels(market.instruments));
    const html = strategyMount(id, {
      title: `${labels.join(" – ")}: ${TITLE}`,
      names: namesOf(labels),
      query: { timeframe, days, hours },
      initial: strategyTexts(settings),
      given: givenOf(options, `${y}/${x}`),
      money,
      theme,
    });
    const text = `What a backtest of ${labels.join(" – ")} tries can be changed in the page.`;
    return { html: html + await pageExtension("comove-strategy"), text };
  };
  const onPage = (
    html: string,
    { rows, terms }: FoundStrategy,
    { id, evidence, source, remark }: StudyAbout,
  ) => strategyFeed(id, { rows, terms, evidence, source, remark }, html);
  return studyPanel<PairStrategySettings, FoundStrategy>(market, options, {
    name: "backtestPanel",
    title: TITLE,
    study: pairStrategyStudy,
    settings: () => settings,
    timeframe: TIMEFRAME,
    days: DAYS,
    timeframes: ["1m", "5m", "15m", "1h"],
    ownOptions: { ...OWN_OPTIONS, controls: true },
    instruments: [y, x],
    refresh: "15m",
    again: (next) => backtestPanel(next, options),
    ...(controls ? { mount, onPage } : {}),
    show: (found, { labels, timeframe, source }) => {
      const names = namesOf(labels);
      return strategyPicture(
        found,
        { names, timeframe, money, theme },
        (sentence) => figureImage(strategyFigure(found, { names, source, sentence, theme })),
      );
    },
  });
}

/** Options that the page has no field for, as the cell has them. */
function givenOf(options: BacktestPanelOptions, pair: string): Readonly<Record<string, unknown>> {
  const { timeframe, days, hours, gross, capital, lots, fundingBp } = options;
  const given = { pair, timeframe, days, hours, gross, capital, lots, fundingBp };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
