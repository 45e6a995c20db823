import { remarkText } from "../../charts/data_remark.ts";
import { PAGE } from "../../charts/page_theme.ts";
import {
  studyBox,
  type StudyBoxOptions,
  studyNote,
  type StudyPicture,
} from "../../charts/study_box.ts";
import { studyFooting } from "../../charts/study_text.ts";
import type { Theme } from "../../charts/theme.ts";
import { pairRemark } from "../../market/data_remarks.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import { studyDeskOf } from "../../market/study_desk.ts";
import type { Source } from "../../model/instrument.ts";
import { hasBar } from "../../model/minute_grid.ts";
import { MINUTE } from "../../model/time.ts";
import { type CorrelatedTimeframe, correlatedTimeframe } from "../../model/timeframe.ts";
import { systemClock } from "../../runtime/clock.ts";
import {
  type Study,
  STUDY_DAYS,
  STUDY_HOURS,
  type StudyDays,
  type StudyEvidence,
  type StudyHours,
  type StudyQuery,
  type StudyResult,
} from "../../sync/studies/study.ts";
import { assertOptions } from "../known_options.ts";
import type { Frame, Panel } from "../panel.ts";
import { plainError } from "../plain_error.ts";
import { StudyRefresh } from "../study_refresh.ts";
import { marketPanel, type MarketPart } from "./market_panel.ts";
import { newestMinuteEnd } from "./newest_minute_end.ts";
import { pairOf } from "./pair_of.ts";

/** Options that every panel of a study has. */
export interface StudyPanelOptions {
  /** E.g. `"BTCUSDT/ES"`. @default the market's first pair */
  readonly pair?: string;
  /** Length of the bars whose returns are compared. @default the panel's */
  readonly timeframe?: CorrelatedTimeframe;
  /** How much of the newest past, in days. @default the panel's */
  readonly days?: StudyDays;
  /** All of the day, or US regular hours alone. @default "all" */
  readonly hours?: StudyHours;
  /** @default the notebook's */
  readonly theme?: Theme;
}

/** Options of a study whose picture is drawn in the kernel. */
export interface StudyPictureOptions extends StudyPanelOptions {
  /** Of the picture, CSS px, 320 or more. @default as much as it takes */
  readonly width?: number;
}

/** What a picture of a study is drawn with. */
export interface StudyAbout extends StudyQuery {
  /** As of the panel's displays; for feeds of what the page draws. */
  readonly id: string;
  /** Ids, and what readers call them, in the same order. */
  readonly instruments: readonly string[];
  readonly labels: readonly string[];
  /** `BTC/USDT – ES`. */
  readonly title: string;
  readonly evidence: StudyEvidence;
  readonly source: Source;
  /** Why the data is not of now; empty where it is. */
  readonly remark: string;
  readonly theme: Theme;
}

/** What makes a study a panel. */
export interface StudyPanelSpec<Settings, Found> {
  /** The function's name, for messages: `correlationHeatmap`. */
  readonly name: string;
  /** Stands behind the pair's name: `correlation by hour and weekday`. */
  readonly title: string;
  readonly study: Study<Settings, Found>;
  /** Made anew for each study: plain data. */
  readonly settings: () => Settings;
  /** Where the options give none. */
  readonly timeframe: CorrelatedTimeframe;
  readonly days: StudyDays;
  /** Options of the panel's own, beside those of every study. @default none */
  readonly ownOptions?: Readonly<Record<string, true>>;
  /** Timeframes that it can be asked for. @default all that are correlated */
  readonly timeframes?: readonly CorrelatedTimeframe[];
  /** Whose minutes it looks at. @default the pair's */
  readonly instruments?: readonly string[];
  /** Bar after whose end it is made again. @default "5m" */
  readonly refresh?: "5m" | "15m";
  /** The same panel of a market that has taken this one's place. */
  readonly again: (market: Market) => Panel;
  /** What the page keeps, where it draws by itself; `show` then brings the feed along. @default none */
  readonly mount?: (id: string) => Frame | Promise<Frame>;
  /** Where the page can make the picture anew itself: the box, with what that takes. @default the box alone */
  readonly onPage?: (html: string, found: Found, about: StudyAbout) => string;
  /** @default none */
  readonly parts?: readonly MarketPart[];
  readonly show: (found: Found, about: StudyAbout) => StudyPicture;
}

const OPTIONS: Readonly<Record<keyof StudyPanelOptions, true>> = {
  pair: true,
  timeframe: true,
  days: true,
  hours: true,
  theme: true,
};

const REFRESH_MS = { "5m": 5 * MINUTE, "15m": 15 * MINUTE } as const;

/**
 * A panel of a study: made in the market's study thread, again at each closed bar and when history has grown, and shown
 * with its sentence, n of expected, interval, source and what was left out.
 *
 * @throws {TypeError} for an option that the panel does not have; {RangeError} for a value that is none of those
 * allowed, and for an instrument that is not in the market.
 */
export function studyPanel<Settings, Found>(
  market: Market,
  options: StudyPictureOptions,
  spec: StudyPanelSpec<Settings, Found>,
): Panel {
  assertOptions(spec.name, options, { ...OPTIONS, ...spec.ownOptions });
  const { theme = PAGE } = options;
  assertWidth(spec.name, options.width);
  const query = queryOf(options, spec);
  const { a, b } = spec.instruments === undefined ? pairOf(market, options.pair) : NO_PAIR;
  const instruments = spec.instruments ?? [a, b];
  const desk = studyDeskOf(market);
  const refresh = new StudyRefresh<StudyResult<Found>>({
    clock: systemClock,
    everyMs: REFRESH_MS[spec.refresh ?? "5m"],
    data: () => dataOf(market, instruments),
    make: (onTook) => {
      const request = { instruments, ...query };
      return desk.run(spec.study, request, spec.settings(), onTook);
    },
  });
  let users = 0;
  const frame = (id: string, result: StudyResult<Found> | undefined): Frame => {
    const about = aboutOf(market, instruments, theme);
    const box: StudyBoxOptions = {
      title: `${about.title}: ${spec.title}`,
      source: about.source,
      remark: about.remark,
      theme,
    };
    if (result === undefined) return studyNote("computing…", box);
    const { evidence } = result;
    const { days, hours } = query;
    if (result.kind === "lacking") {
      const method = `${query.timeframe} log returns`;
      const lines = studyFooting({ evidence, days, hours, method, source: about.source });
      return studyNote(`Too little data yet: ${result.reason}`, { ...box, lines });
    }
    const { found } = result, all = { id, instruments, ...about, ...query, evidence };
    const { html, text } = studyBox(spec.show(found, all), { evidence, days, hours }, box);
    return { html: spec.onPage?.(html, found, all) ?? html, text };
  };
  const panel = marketPanel(market, {
    again: spec.again,
    instruments,
    needsAll: true,
    ...(spec.mount === undefined ? {} : { mount: spec.mount }),
    parts: spec.parts ?? [],
    // A panel that nobody keeps up to date, of a test or a saved page, is made when it is asked for.
    draw: async (id) => frame(id, users > 0 ? refresh.result : await refresh.makeNow()),
  });
  return {
    ...panel,
    subscribe(onChange) {
      users++;
      const leave = desk.use();
      const consider = () => refresh.consider(onChange);
      const stop = panel.subscribe(consider);
      consider();
      return () => {
        users--;
        stop();
        leave();
      };
    },
  };
}

const NO_PAIR = { a: "", b: "" };

function queryOf<Settings, Found>(
  options: StudyPanelOptions,
  spec: StudyPanelSpec<Settings, Found>,
): StudyQuery {
  const { timeframe = spec.timeframe, days = spec.days, hours = "all" } = options;
  const refuse = (name: string, allowed: readonly unknown[], given: unknown) => {
    const text = `${name} of ${spec.name} must be one of ${allowed.join(", ")}, got ${given}`;
    throw plainError(new RangeError(text));
  };
  if (!STUDY_DAYS.includes(days)) refuse("days", STUDY_DAYS, days);
  if (!STUDY_HOURS.includes(hours)) refuse("hours", STUDY_HOURS, hours);
  const { timeframes } = spec;
  if (timeframes !== undefined && !timeframes.includes(timeframe)) {
    refuse("timeframe", timeframes, timeframe);
  }
  return { timeframe: correlatedTimeframe(timeframe), days, hours };
}

function dataOf(market: Market, instruments: readonly string[]) {
  const followed = market.instruments.map(({ id }) => id);
  const grids = instruments.filter((id) => followed.includes(id)).map((id) =>
    market.minuteGrid(id)
  );
  let bars = 0;
  for (const { status } of grids) for (const one of status) if (hasBar(one)) bars++;
  return { to: newestMinuteEnd(market, instruments.filter((id) => followed.includes(id))), bars };
}

/** More names would be a list, not a title. */
const MOST_NAMED = 5;

function titleOf(labels: readonly string[]): string {
  if (labels.length === 2) return labels.join(" – ");
  return labels.length > MOST_NAMED ? `${labels.length} markets` : labels.join(", ");
}

function aboutOf(market: Market, instruments: readonly string[], theme: Theme) {
  const labelOf = shortLabels(market.instruments);
  const labels = instruments.map(labelOf);
  const other = instruments.map((id) => market.sourceOf(id)).find((one) => one !== market.source);
  const [a, b] = instruments;
  const remark = instruments.length === 2 ? pairRemark(market, [a!, b!]) : undefined;
  return {
    labels,
    title: titleOf(labels),
    source: other ?? market.source,
    remark: remark === undefined ? "" : remarkText(remark, newestMinuteEnd(market, instruments)),
    theme,
  };
}

/** Narrower pictures could not be read. */
const LEAST_WIDTH = 320;

/** @throws {RangeError} for a picture that is too narrow. @param name of the function, for the message */
export function assertWidth(name: string, width: number | undefined): void {
  if (width === undefined || (width >= LEAST_WIDTH && width < Infinity)) return;
  throw plainError(new RangeError(`width must be at least ${LEAST_WIDTH}, got ${width} (${name})`));
}
