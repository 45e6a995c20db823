import { remarkText } from "../../charts/data_remark.ts";
import { PAGE } from "../../charts/page_theme.ts";
import { sourceBadge } from "../../charts/labels.ts";
import { studyBox, studyNote, type StudyPicture } from "../../charts/study_box.ts";
import { studyFooting } from "../../charts/study_text.ts";
import type { Theme } from "../../charts/theme.ts";
import { pairRemark } from "../../market/data_remarks.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import type { MarketPair } from "../../market/market_pair.ts";
import { stepOf } from "../../model/timeframe.ts";
import { type PairOptions, type PairSettings, pairSettings } from "../../pairs/pair_settings.ts";
import type { StudyEvidence } from "../../sync/studies/study.ts";
import { assertOptions } from "../known_options.ts";
import type { Frame, Panel } from "../panel.ts";
import { plainError } from "../plain_error.ts";
import { marketPanel, type MarketPart } from "./market_panel.ts";
import { mixedMoney } from "./mixed_money.ts";
import { newestMinuteEnd } from "./newest_minute_end.ts";
import { pairFundings } from "./pair_fundings.ts";
import { assertFollowed } from "./not_followed.ts";
import { assertPairs } from "./pair_of.ts";

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
  /** What is known of the next funding; empty where neither side is a perpetual. */
  readonly funding: string;
}

/** What it comes to, and which rows it rests on. */
export interface PairPicture extends StudyPicture {
  readonly evidence: StudyEvidence;
}

/** What a panel of a pair is made with. */
export interface PairPanelBasis {
  readonly y: string;
  readonly x: string;
  readonly settings: PairSettings;
  readonly theme: Theme;
  /** What a pair of two currencies leaves out; empty where it is of one. */
  readonly money: string;
  readonly open: () => MarketPair;
  readonly about: (pair: MarketPair) => PairAbout;
}

/** What the newest rows without a gap rest on, among the newest `most`. */
export function testedEvidence(
  { columns, settings }: MarketPair,
  { n, from, to }: { readonly n: number; readonly from: number; readonly to: number },
): StudyEvidence {
  const possible = columns.possible.subarray(-settings.testWindow);
  const expected = Math.max(n, possible.reduce((sum, one) => sum + one, 0));
  const excluded = { cut: 0, closed: 0, roll: 0, gap: expected - n };
  return { n, expected, from, to, excluded, unit: `bars of ${settings.timeframe}` };
}

/** A panel of a pair that the page draws itself. */
export interface PairOnPage {
  readonly mount: (id: string) => Frame;
  readonly parts: readonly MarketPart[];
  /** @param caption for who does not see it. */
  readonly feed: (id: string, pair: MarketPair, about: PairAbout, caption: string) => string;
}

/** What makes a picture of one pair a panel. */
export interface PairPanelSpec {
  /** The function's name, for messages. */
  readonly name: string;
  /** Stands behind the pair's name. */
  readonly title: string;
  /** What a pair of two currencies leaves out. @default that their rate is not counted */
  readonly money?: string;
  /** Options of its own. @default none */
  readonly ownOptions?: Readonly<Record<string, true>>;
  readonly again: (market: Market) => Panel;
  /** The picture, or why there is none yet. */
  readonly show: (pair: MarketPair, about: PairAbout) => PairPicture | string;
  /** What makes the page draw it; undefined where the picture is all there is. @default never */
  readonly onPage?: (basis: PairPanelBasis) => PairOnPage | undefined;
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
  const money = spec.money ?? mixedMoney({ y: sideOf(y), x: sideOf(x) });
  const about = (pair: MarketPair): PairAbout => {
    const labelOf = shortLabels(market.instruments);
    const found = pairRemark(market, [y, x]);
    return {
      labels: { y: labelOf(y), x: labelOf(x) },
      theme,
      stepMs: stepOf(pair.settings.timeframe),
      remark: found === undefined ? "" : remarkText(found, newestMinuteEnd(market, [y, x])),
      funding: pairFundings(market, [y, x]),
    };
  };
  const basis = { y, x, settings: pairSettings(settings), theme, money, open, about };
  const onPage = spec.onPage?.(basis);
  const frame = (id: string, pair: MarketPair): Frame => {
    const { source } = pair, said = about(pair), { labels, remark } = said;
    const box = { title: `${labels.y} – ${labels.x}: ${spec.title}`, source, remark, theme };
    if (pair.settings.timeframe === "1s" && market.source === "stored") {
      return studyNote(NO_SECONDS, box);
    }
    const picture = spec.show(pair, said);
    if (typeof picture === "string") return studyNote(picture, box);
    const { evidence, sentence } = picture;
    const method = [picture.method, money, said.funding].filter((part) => part !== "").join("; ");
    const footing = { evidence, days: 1, hours: "all" } as const;
    if (onPage === undefined) return studyBox({ ...picture, method }, footing, box);
    const lines = [sentence, ...studyFooting({ ...footing, method, source })];
    const html = onPage.feed(id, pair, said, lines.join(" "));
    return { html, text: [`${box.title}, ${sourceBadge(source)}`, ...lines].join("\n") };
  };
  let users = 0;
  const panel = marketPanel(market, {
    again: spec.again,
    instruments: [y, x],
    needsAll: true,
    ...(onPage === undefined ? {} : { mount: onPage.mount, parts: onPage.parts }),
    async draw(id) {
      using pair = open();
      await pair.ready();
      const isAsked = spec.needsTests === true && users === 0;
      if (isAsked) await pair.refreshTests();
      return frame(id, pair);
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
    if (name === undefined) assertPairs(market);
    throw plainError(
      new RangeError(`pair must be two instruments, such as BTCUSDT/ETHUSDT, got ${name}`),
    );
  }
  assertFollowed(market, sides);
  return { y: sides[0]!, x: sides[1]! };
}
