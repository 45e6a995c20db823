import { remarkText } from "../../charts/data_remark.ts";
import { PAGE } from "../../charts/page_theme.ts";
import { studyBox, studyNote, type StudyPicture } from "../../charts/study_box.ts";
import type { Theme } from "../../charts/theme.ts";
import { pairRemark } from "../../market/data_remarks.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import type { MarketPair } from "../../market/market_pair.ts";
import { stepOf } from "../../model/timeframe.ts";
import type { PairOptions } from "../../pairs/pair_settings.ts";
import { assertOptions } from "../known_options.ts";
import type { Frame, Panel } from "../panel.ts";
import { plainError } from "../plain_error.ts";
import { marketPanel } from "./market_panel.ts";
import { mixedMoney } from "./mixed_money.ts";
import { newestMinuteEnd } from "./newest_minute_end.ts";
import { assertFollowed } from "./not_followed.ts";

/** Options that every panel of one pair has, beside those of `market.pair`. */
export interface PairPanelOptions extends PairOptions {
  /** Any two that are followed, `"AVAXUSDT/SOLUSDT"`: the first is hedged by the second. @default the first pair */
  readonly pair?: string;
  /** @default the notebook's */
  readonly theme?: Theme;
}

/** What a panel of one pair is drawn with. */
export interface PairAbout {
  readonly labels: { readonly y: string; readonly x: string };
  readonly theme: Theme;
  /** Length of a bar, ms. */
  readonly stepMs: number;
  /** Why the data is not of now; empty where it is. */
  readonly remark: string;
}

/** What it comes to, and which rows it rests on. */
export interface PairPicture extends StudyPicture {
  readonly n: number;
  readonly expected: number;
  /** Epoch ms UTC. */
  readonly from: number;
  readonly to: number;
}

/** Rows of both sides that there could be among the newest `most`. */
export function possibleRows({ columns }: MarketPair, most: number): number {
  return columns.possible.subarray(-most).reduce((sum, one) => sum + one, 0);
}

/** What makes a picture of one pair a panel. */
export interface PairPanelSpec {
  /** The function's name, for messages. */
  readonly name: string;
  /** Stands behind the pair's name. */
  readonly title: string;
  /** Options of its own. @default none */
  readonly ownOptions?: Readonly<Record<string, true>>;
  readonly again: (market: Market) => Panel;
  /** The picture, or why there is none yet. */
  readonly show: (pair: MarketPair, about: PairAbout) => PairPicture | string;
  /** Whether it shows the tests: they are waited for where nobody keeps the panel up to date. @default false */
  readonly needsTests?: boolean;
}

const NO_SECONDS =
  "No feed runs, and bars of a second are made of trades as they come: a store's market has " +
  "bars of 1m, 5m, 15m and 1h.";

const OPTIONS: Readonly<Record<keyof PairPanelOptions, true>> = {
  pair: true,
  theme: true,
  timeframe: true,
  window: true,
  zWindow: true,
  hedge: true,
  testWindow: true,
  history: true,
};

/**
 * A panel of one pair, drawn again at each closed bar and after new tests.
 *
 * @throws {TypeError} for an option that the panel does not have; {RangeError} for a value that is none of those
 * allowed, and for an instrument that is not in the market.
 */
export function pairPanel(market: Market, options: PairPanelOptions, spec: PairPanelSpec): Panel {
  const own = spec.ownOptions ?? {};
  assertOptions(spec.name, options, Object.assign({}, OPTIONS, own));
  const { theme = PAGE } = options;
  const { y, x } = sidesOf(market, options.pair);
  const settings = Object.fromEntries(
    Object.entries(options).filter(([name]) =>
      name !== "pair" && name !== "theme" && !Object.hasOwn(own, name)
    ),
  ) as PairOptions;
  const open = () => market.pair(y, x, settings);
  open().close();
  const sideOf = (id: string) => market.instruments.find((one) => one.id === id)!;
  const money = mixedMoney({ y: sideOf(y), x: sideOf(x) });
  const frame = (pair: MarketPair): Frame => {
    const labelOf = shortLabels(market.instruments);
    const labels = { y: labelOf(y), x: labelOf(x) };
    const found = pairRemark(market, [y, x]);
    const remark = found === undefined ? "" : remarkText(found, newestMinuteEnd(market, [y, x]));
    const { timeframe } = pair.settings, stepMs = stepOf(timeframe);
    const box = {
      title: `${labels.y} – ${labels.x}: ${spec.title}`,
      source: pair.source,
      remark,
      theme,
    };
    if (timeframe === "1s" && market.source === "stored") return studyNote(NO_SECONDS, box);
    const picture = spec.show(pair, { labels, theme, stepMs, remark });
    if (typeof picture === "string") return studyNote(picture, box);
    const { n, expected, from, to } = picture;
    const evidence = {
      n,
      expected,
      from,
      to,
      excluded: { cut: 0, closed: 0, roll: 0, gap: expected - n },
      unit: `bars of ${timeframe}`,
    };
    const method = money === "" ? picture.method : `${picture.method}; ${money}`;
    return studyBox({ ...picture, method }, { evidence, days: 1, hours: "all" }, box);
  };
  let users = 0;
  const panel = marketPanel(market, {
    again: spec.again,
    instruments: [y, x],
    needsAll: true,
    async draw() {
      using pair = open();
      await pair.ready();
      const isAsked = spec.needsTests === true && users === 0;
      if (isAsked) await pair.refreshTests();
      return frame(pair);
    },
  });
  return Object.assign(panel, {
    subscribe(onChange: () => void) {
      users++;
      const pair = open();
      const stop = pair.onChange(onChange);
      return () => {
        users--;
        stop();
        pair.close();
      };
    },
  });
}

/** The two sides of a pair by its name, in that order. */
export function sidesOf(market: Market, name: string | undefined): { y: string; x: string } {
  const [first] = market.pairs;
  const sides = name === undefined
    ? first === undefined ? [] : [first.a, first.b]
    : typeof name === "string"
    ? name.split("/")
    : [];
  if (sides.length !== 2) {
    throw plainError(
      new RangeError(`pair must be two instruments, such as BTCUSDT/ETHUSDT, got ${name}`),
    );
  }
  assertFollowed(market, sides);
  return { y: sides[0]!, x: sides[1]! };
}
