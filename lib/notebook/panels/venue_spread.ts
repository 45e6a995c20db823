import { remarkText } from "../../charts/data_remark.ts";
import { figureImage } from "../../charts/figure.ts";
import { htmlTable, plainTable } from "../../charts/table.ts";
import { venueLeadSentence, venueLeadTable } from "../../charts/venue_lead_text.ts";
import { venueSharesSentence, venueSharesTable } from "../../charts/venue_shares_text.ts";
import { priceText } from "../../charts/number_text.ts";
import { PAGE } from "../../charts/page_theme.ts";
import { studyBox, studyNote } from "../../charts/study_box.ts";
import type { Theme } from "../../charts/theme.ts";
import {
  venueLines,
  venueSpreadFigure,
  venueSpreadFile,
} from "../../charts/venue_spread_figure.ts";
import {
  moneyRemark,
  type VenueRow,
  venueSpreadSentence,
  venueSpreadTable,
} from "../../charts/venue_spread_text.ts";
import { dataRemarks } from "../../market/data_remarks.ts";
import { instrumentLabel } from "../../market/instrument_label.ts";
import { lesserOf } from "../../market/lesser_source.ts";
import type { Market } from "../../market/market.ts";
import { assetsOf, type Instrument } from "../../model/instrument.ts";
import { briefUtc, DAY, type Interval, MINUTE } from "../../model/time.ts";
import { STUDY_DAYS, type StudyDays } from "../../sync/studies/study.ts";
import { closesWithin, differenceNumbers, venueDifferences } from "../../sync/venue_differences.ts";
import { assertOptions } from "../known_options.ts";
import type { Frame, Panel } from "../panel.ts";
import { plainError } from "../plain_error.ts";
import { marketPanel } from "./market_panel.ts";
import { newestMinuteEnd } from "./newest_minute_end.ts";
import { assertFollowed } from "./not_followed.ts";
import { priceDecimals } from "./price_decimals.ts";
import { assertInstruments } from "./traded.ts";
import { VenueLeadDesk, type VenueLeads } from "./venue_leads.ts";
import { MOST_VENUES, oneMarketText, venueNames, venuesOfCoin } from "./venues_of_coin.ts";

/** Options of {@link venueSpread}. */
export interface VenueSpreadOptions {
  /** Whose price is compared: `"BTC"`. @default the first that is followed at two venues */
  readonly coin?: string;
  /** Two to six markets of one coin. @default all of the coin that are followed, six at most */
  readonly instruments?: readonly string[];
  /** What the others are compared with: one of them, or `"median"`. @default the first of them */
  readonly reference?: string;
  /** How much of the newest past, in days. @default 1 */
  readonly days?: StudyDays;
  /** Fee of each of the two fills of a round, basis points. @default 10 */
  readonly feeBp?: number;
  /** Lost on each of them, half of the bid–ask spread within it, basis points. @default 1 */
  readonly slippageBp?: number;
  /** CSS px, 320 or more. @default 1100 */
  readonly width?: number;
  /** @default the notebook's */
  readonly theme?: Theme;
}

const OPTIONS: Readonly<Record<keyof VenueSpreadOptions, true>> = {
  coin: true,
  instruments: true,
  reference: true,
  days: true,
  feeBp: true,
  slippageBp: true,
  width: true,
  theme: true,
};

const LEAST_WIDTH = 320;
/** The minute in the making and the way from the venue. */
const LATE_MS = 2 * MINUTE;

/**
 * What one coin costs at each venue, in basis points of what it costs at one of them or of their median: over time, now,
 * its mean, deviation and half-life, and how often it was beyond the costs of a round. Nothing is filled, least of all
 * from another venue: where a side has no bar its difference is unknown, and a venue that is late is named. Prices in
 * several currencies are compared as they are, and the panel says so. Below it which venue leads which, and how much of
 * the price is made at each, from their own trades.
 *
 * @throws {TypeError} for an option that it does not have; {RangeError} for a value that is none of those allowed, and
 * for instruments that are not one coin.
 */
export function venueSpread(market: Market, options: VenueSpreadOptions = {}): Panel {
  assertOptions("venueSpread", options, OPTIONS);
  const { theme = PAGE, coin } = options;
  const settings = settingsOf(market, options);
  const venues = () =>
    options.instruments === undefined
      ? venuesOfCoin(market, coin).instruments
      : sidesOf(market, options.instruments);
  const leads = new VenueLeadDesk(market, venues);
  const now = venues().map(({ id }) => id);
  const panel = marketPanel(market, {
    again: (next) => venueSpread(next, options),
    instruments: options.instruments ?? (now.length < 2 ? undefined : now),
    async draw() {
      const instruments = venues();
      if (instruments.length < 2) return noteFrame(market, theme);
      const differences = frameOf(market, instruments, settings);
      const found = await leads.latest();
      const frames = [
        differences,
        leadFrame(found, market, instruments, theme),
        sharesFrame(found, market, instruments, theme),
      ];
      return {
        html: frames.map(({ html }) => html).join(""),
        text: frames.map(({ text }) => text).join("\n"),
      };
    },
  });
  return {
    ...panel,
    subscribe(onChange) {
      const leave = leads.use();
      const consider = () => leads.consider(onChange);
      const stop = panel.subscribe(() => {
        consider();
        onChange();
      });
      consider();
      return () => {
        stop();
        leave();
      };
    },
  };
}

interface Settings {
  readonly reference: string | undefined;
  readonly days: StudyDays;
  readonly costBp: number;
  readonly width: number;
  readonly theme: Theme;
}

/** @throws {RangeError} naming the option, for a value that cannot be. */
function settingsOf(market: Market, options: VenueSpreadOptions): Settings {
  const { coin, instruments, reference, days = 1, feeBp = 10, slippageBp = 1 } = options;
  const { width = 1_100, theme = PAGE } = options;
  if (coin !== undefined && !(typeof coin === "string" && coin !== "")) {
    refuse(`coin must be the name of one, such as BTC, got ${coin}`);
  }
  if (!STUDY_DAYS.includes(days)) {
    refuse(`days must be one of ${STUDY_DAYS.join(", ")}, got ${days}`);
  }
  for (const [name, value] of Object.entries({ feeBp, slippageBp })) {
    if (Number.isFinite(value) && value >= 0) continue;
    refuse(`${name} must be a number of 0 or more, got ${value}`);
  }
  if (!(Number.isFinite(width) && width >= LEAST_WIDTH)) {
    refuse(`width must be at least ${LEAST_WIDTH}, got ${width}`);
  }
  checkInstruments(market, options);
  const known = instruments ?? venuesOfCoin(market, coin).instruments.map(({ id }) => id);
  if (reference !== undefined && reference !== "median" && !known.includes(reference)) {
    refuse(`reference must be median or one of ${known.join(", ")}, got ${reference}`);
  }
  return { reference, days, costBp: 2 * (feeBp + slippageBp), width, theme };
}

function checkInstruments(market: Market, { coin, instruments }: VenueSpreadOptions): void {
  assertInstruments("venueSpread", instruments);
  if (instruments === undefined) return;
  if (instruments.length < 2 || instruments.length > MOST_VENUES) {
    refuse(`instruments must be 2 to ${MOST_VENUES} markets, got ${instruments.length}`);
  }
  assertFollowed(market, instruments);
  const coins = [...new Set(sidesOf(market, instruments).map((one) => assetsOf(one).base))];
  if (coins.length === 1 && (coin === undefined || coin === coins[0])) return;
  refuse(`instruments must be markets of one coin, got ${coins.join(" and ")}`);
}

/** Those that are followed, in the order asked for. */
function sidesOf(market: Market, ids: readonly string[]): readonly Instrument[] {
  return ids.flatMap((id) => market.instruments.filter((one) => one.id === id));
}

function noteFrame(market: Market, theme: Theme): Frame {
  const box = { title: "One coin at its venues", source: market.source, theme };
  return studyNote(oneMarketText(market), box);
}

function frameOf(market: Market, instruments: readonly Instrument[], settings: Settings): Frame {
  const { days, costBp, width, theme } = settings;
  const ids = instruments.map(({ id }) => id);
  const coin = assetsOf(instruments[0]!).base;
  const source = lesserOf(ids.map((id) => market.sourceOf(id)));
  const box = { title: `${coin} at ${ids.length} markets: price differences`, source, theme };
  const time = timeOf(market, ids, days);
  if (time === undefined) return studyNote("No minute has closed yet.", box);
  const reference = placeOf(settings.reference, ids);
  if (reference === undefined) {
    return studyNote(`${settings.reference}, the reference, is not followed any more.`, box);
  }

  const closes = ids.map((id) => closesWithin(market.minuteGrid(id), time.from, time.to));
  const { basisPoints } = venueDifferences(closes, reference);
  const names = venueNames(instruments);
  // A venue that has its newest minute is of now, whatever it does since.
  const isOver = market.venueTime - time.to >= LATE_MS;
  const remarks = dataRemarks(market, ids).map((remark) =>
    isOver || !(remark !== undefined && remark.time >= time.to) ? remark : undefined
  );
  const rows = instruments.map((instrument, i): VenueRow => {
    const remark = remarks[i], last = closes[i]!.at(-1)!;
    const known = i === reference ? closes[i]! : basisPoints[i]!;
    return {
      name: names[i]!,
      label: instrumentLabel(instrument),
      currency: assetsOf(instrument).quote ?? instrument.currency,
      price: priceText(last, priceDecimals(market, instrument.id)),
      numbers: i === reference ? undefined : differenceNumbers(basisPoints[i]!, costBp),
      n: known.reduce((count, value) => Number.isNaN(value) ? count : count + 1, 0),
      expected: known.length,
      standing: remark === undefined ? standingOf(last, time.to) : remarkText(remark, time.to),
    };
  });
  const said = {
    coin,
    reference: reference === "median" ? "the median" : names[reference]!,
    rows,
    costBp,
  };
  const sentence = venueSpreadSentence(said);
  const columns = ids.map((id, i) => ({ id, name: names[i]!, values: basisPoints[i]! }));
  const lines = venueLines(columns.filter((_, i) => i !== reference), time);
  const isOld = remarks.some((remark) => remark?.isFault === true);
  const figure = venueSpreadFigure(lines, { ...said, sentence, source, isOld, theme, width });
  const money = moneyRemark(rows);
  const picture = {
    sentence,
    body: figureImage(figure) + venueSpreadFile(lines),
    method: "10,000 · ln(price / what it is compared with), closes of the same minute",
    ...(money === "" ? {} : { legend: money }),
    table: venueSpreadTable(said),
    isTableFolded: false,
  };
  return studyBox(picture, { evidence: evidenceOf(closes, time), days, hours: "all" }, box);
}

function boxOf(what: string, market: Market, instruments: readonly Instrument[], theme: Theme) {
  const source = lesserOf(instruments.map(({ id }) => market.sourceOf(id)));
  const coin = assetsOf(instruments[0]!).base;
  return { title: `${coin} at ${instruments.length} markets: ${what}`, source, theme };
}

function leadFrame(
  leads: VenueLeads | undefined,
  market: Market,
  instruments: readonly Instrument[],
  theme: Theme,
): Frame {
  const box = boxOf("who leads", market, instruments, theme);
  if (leads === undefined) return studyNote("computing…", box);
  const { names, result } = leads, { evidence } = result;
  if (result.kind === "lacking") {
    return studyNote(`Too little data yet: ${result.reason} They come with data.trades.`, box);
  }
  const picture = {
    sentence: venueLeadSentence(result.found, names),
    body: htmlTable(Object.assign({}, venueLeadTable(result.found, names), { theme })),
    method: "Hayashi–Yoshida on one-second bars of each venue's own trades since its last break, " +
      "at most three hours; peaks tested by random signs of blocks, corrected by Benjamini and Hochberg",
    legend:
      "by the times that the venues write on their trades: a lead of a second or less, or a " +
      "clock that is wrong by more, cannot be told apart",
  };
  const { html, text } = studyBox(picture, { evidence, days: 1, hours: "all" }, box);
  return { html, text: `${text}\n${plainTable(venueLeadTable(result.found, names))}` };
}

function sharesFrame(
  leads: VenueLeads | undefined,
  market: Market,
  instruments: readonly Instrument[],
  theme: Theme,
): Frame {
  const box = boxOf("where its price is made", market, instruments, theme);
  if (leads === undefined) return studyNote("computing…", box);
  const { names, shares } = leads, { evidence } = shares;
  if (shares.kind === "lacking") {
    return studyNote(`Too little data yet: ${shares.reason} They come with data.trades.`, box);
  }
  const table = venueSharesTable(shares.found, names, evidence.n);
  const picture = {
    sentence: venueSharesSentence(shares.found, names),
    body: htmlTable(Object.assign({}, table, { theme })),
    method: "information shares of Hasbrouck, component shares of Gonzalo and Granger: an " +
      "error-correction model with twenty lags of the prices that stand at the end of each " +
      "second since the last break of any, at most three hours; White's errors",
  };
  const { html, text } = studyBox(picture, { evidence, days: 1, hours: "all" }, box);
  return { html, text: `${text}\n${plainTable(table)}` };
}

/** Undefined where it is none of these. */
function placeOf(reference: string | undefined, ids: readonly string[]) {
  if (reference === undefined || reference === "median") return reference ?? 0;
  const place = ids.indexOf(reference);
  return place < 0 ? undefined : place;
}

/** Why a newest minute is unknown though nothing is wrong with its venue; empty where it is known. */
function standingOf(last: number, to: number): string {
  return Number.isNaN(last) ? `without a bar of ${briefUtc(to - MINUTE, to)}` : "";
}

/** The newest days up to the newest minute of any, from the first of any on; undefined before there is one. */
function timeOf(market: Market, ids: readonly string[], days: StudyDays): Interval | undefined {
  const to = newestMinuteEnd(market, ids);
  if (Number.isNaN(to)) return undefined;
  const begun = ids.map((id) => market.minuteGrid(id)).filter(({ length }) => length > 0);
  return { from: Math.max(to - days * DAY, Math.min(...begun.map(({ start }) => start))), to };
}

function evidenceOf(closes: readonly Float64Array[], { from, to }: Interval) {
  const expected = (to - from) / MINUTE;
  let n = 0;
  for (let row = 0; row < expected; row++) if (closes.every((column) => column[row]! > 0)) n++;
  return {
    n,
    expected,
    from,
    to,
    excluded: { cut: 0, closed: 0, roll: 0, gap: expected - n },
    unit: "minutes that all of them have",
  };
}

function refuse(text: string): never {
  throw plainError(new RangeError(`${text} (venueSpread)`));
}
