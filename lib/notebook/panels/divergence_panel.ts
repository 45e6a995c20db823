import { remarkText } from "../../charts/data_remark.ts";
import {
  divergenceNow,
  divergenceTable,
  type DivergenceTableOptions,
} from "../../charts/divergence_table.ts";
import { PAGE } from "../../charts/page_theme.ts";
import type { Theme } from "../../charts/theme.ts";
import { pairRemark } from "../../market/data_remarks.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import { MINUTE } from "../../model/time.ts";
import { DivergenceEpisodes } from "../../sync/divergence_episodes.ts";
import { sleep, systemClock } from "../../runtime/clock.ts";
import { DivergenceTracker } from "../../sync/divergence_history.ts";
import { assertOptions } from "../known_options.ts";
import type { Panel } from "../panel.ts";
import { plainError } from "../plain_error.ts";
import { marketPanel } from "./market_panel.ts";
import { pairOf } from "./pair_of.ts";

/** Options of {@link divergencePanel}. */
export interface DivergencePanelOptions {
  /** E.g. `"BTCUSDT/ES"`. @default the market's first pair */
  readonly pair?: string;
  /** Size at which an episode begins, standard deviations. @default 2 */
  readonly minor?: number;
  /** Size from which it is major. @default 3 */
  readonly major?: number;
  /** Size below which it is over. @default 1 */
  readonly clear?: number;
  /** Episodes listed, the newest first. @default 12 */
  readonly rows?: number;
  /** @default the notebook's */
  readonly theme?: Theme;
}

const OPTIONS: Readonly<Record<keyof DivergencePanelOptions, true>> = {
  pair: true,
  minor: true,
  major: true,
  clear: true,
  rows: true,
  theme: true,
};

/**
 * How far a pair has come apart: the score now, what goes on, and every episode of today and the history, each a link to
 * its place in the candle charts of the page. A market's past minutes are judged as they were when they closed.
 *
 * @throws {RangeError} for limits out of order, or a number of rows that is none.
 */
export function divergencePanel(market: Market, options: DivergencePanelOptions = {}): Panel {
  assertOptions("divergencePanel", options, OPTIONS);
  const { rows = 12, theme = PAGE, pair: asked, minor, major, clear } = options;
  if (!(Number.isInteger(rows) && rows >= 1 && rows <= 200)) {
    throw plainError(
      new RangeError(`rows of divergencePanel must be a whole number from 1 to 200, got ${rows}`),
    );
  }
  const limits = {
    ...(minor === undefined ? {} : { minor }),
    ...(major === undefined ? {} : { major }),
    ...(clear === undefined ? {} : { clear }),
  };
  const judge = limitsOf(limits);
  const { a, b, name } = pairOf(market, asked);
  const correlationWindow = market.windows["1m"];
  const tracker = new DivergenceTracker({ ...limits, correlationWindow });
  const found = (): DivergenceTableOptions => {
    const { start, length, armed, episodes } = tracker.history;
    const labelOf = shortLabels(market.instruments);
    const remark = pairRemark(market, [a, b]);
    return {
      labels: { a: labelOf(a), b: labelOf(b) },
      reading: market.latest?.measures.divergences.find(({ pair }) => pair === name)?.reading,
      episodes,
      rows,
      from: start,
      to: start + length * MINUTE,
      armed: armed.reduce((sum, one) => sum + one, 0),
      minutes: length,
      correlationWindow,
      limits: judge,
      source: market.sourceOf(a) === market.source ? market.sourceOf(b) : market.sourceOf(a),
      remark: remark === undefined ? "" : remarkText(remark, market.venueTime),
      theme,
    };
  };
  /** Both outputs are of the same minutes, which are judged once. */
  let known:
    | { readonly at: object | undefined; readonly found: DivergenceTableOptions }
    | undefined;
  /** Judges what is new, a piece of a long past at once; undefined while more is to be judged. */
  const ofNow = (): DivergenceTableOptions | undefined => {
    const at = market.latest;
    if (known !== undefined && at !== undefined && known.at === at) return known.found;
    const isWhole = tracker.advance(market.minuteGrid(a), market.minuteGrid(b), MOST_AT_ONCE);
    if (!isWhole) return undefined;
    known = { at, found: found() };
    return known.found;
  };
  const waiting = new Set<() => void>();
  const panel = marketPanel(market, {
    again: (next) => divergencePanel(next, options),
    instruments: [a, b],
    needsAll: true,
    // It is long and changes seldom: sent again only when it has.
    parts: [{
      name: "episodes",
      on: ["minute", "heal"],
      isSeen: true,
      draw() {
        const now = ofNow() ?? known?.found;
        return now && divergenceTable(now);
      },
    }],
    async draw() {
      let now = ofNow();
      if (now !== undefined) return divergenceNow(now);
      while (now === undefined) {
        // Other panels and the feeds get their turn.
        await sleep(systemClock, 0);
        now = ofNow();
      }
      waiting.forEach((onChange) => onChange());
      return divergenceNow(now);
    },
  });
  return {
    ...panel,
    parts: panel.parts!.map((part) => ({
      ...part,
      subscribe(onChange) {
        waiting.add(onChange);
        const stop = part.subscribe(onChange);
        return () => {
          waiting.delete(onChange);
          stop();
        };
      },
    })),
  };
}

/** Minutes judged in one piece, some milliseconds. */
const MOST_AT_ONCE = 5_000;

function limitsOf(limits: Partial<Record<"minor" | "major" | "clear", number>>) {
  try {
    return new DivergenceEpisodes(limits).limits;
  } catch (error) {
    throw error instanceof RangeError ? plainError(error) : error;
  }
}
