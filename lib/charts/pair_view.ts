import type { Source } from "../model/instrument.ts";
import type { PairRows } from "../sync/pair_rows.ts";
import { elementMount } from "./element_mount.ts";
import { type PackedPairLine, packPairLine, type PairLine } from "./packed_pair_line.ts";
import { type PackedPairRows, packPairRows } from "./packed_pair_rows.ts";
import type { PageTimeframe, PairChoice } from "./pair_study.ts";
import type { Theme } from "./theme.ts";
import { feedMarkup, hiddenFeed } from "./trading_view.ts";

/** The event by which a pair's chart says what its reader has chosen; its detail is {@link PairChosen}. */
export const PAIR_CHOICE_EVENT = "comove:pair-choice";

export interface PairChosen {
  readonly choice: PairChoice;
  /** Whether the chart cannot draw it from what it has: its server makes another. */
  readonly isBeyond: boolean;
}

/** What the page is given of a pair. */
export interface PairSetting {
  /** Its name in saved files: `AVAXUSDT/SOLUSDT`. */
  readonly pair: string;
  /** What readers call the two sides. */
  readonly labels: { readonly y: string; readonly x: string };
  /** Where the controls stand at first. */
  readonly initial: PairChoice;
  /** Newest bars that are shown. */
  readonly lastBars: number;
  /** What it leaves out, such as the rate between two currencies; empty for nothing. */
  readonly remark: string;
  /** Whether a server makes another chart where more is chosen than this one can draw. */
  readonly isServed: boolean;
  /** Whether there are bars of a second; in stored data there are none. */
  readonly hasSeconds: boolean;
  readonly theme: Theme;
}

/** Rows of the bars that the panel was made for. */
export interface PairPacket {
  readonly rows: PackedPairRows;
  /** Where the chart was made for a line that the page does not fit itself. */
  readonly line?: PackedPairLine;
  readonly source: Source;
  /** Why the data is not of now; empty where it is. */
  readonly remark: string;
  /** That the two have come apart, by the newest tests on these rows; empty where they have not. */
  readonly broken: string;
  /** What is known of the next funding; empty where neither side is a perpetual. */
  readonly funding: string;
}

/** Rows by the length of their bars. */
export type PairBars = { readonly [timeframe in PageTimeframe]?: PackedPairRows };

/** A pair's spread and z-score with windows, bands, hedge and bars in the reader's hand, to be shown once. */
export function pairViewMount(id: string, setting: PairSetting, fallbackHtml = ""): string {
  return elementMount("comove-pair", id, setting, fallbackHtml);
}

/** Brings the rows of the panel's own bars to the view of the same id. @param caption for who does not see it */
export function pairViewFeed(
  id: string,
  { rows, line, ...rest }: Omit<PairPacket, "rows" | "line"> & {
    readonly rows: PairRows;
    readonly line: PairLine | undefined;
  },
  caption: string,
  theme: Theme,
): string {
  const packet: PairPacket = {
    rows: packPairRows(rows),
    ...(line === undefined ? {} : { line: packPairLine(line) }),
    ...rest,
  };
  return feedMarkup(id, packet, caption, theme);
}

/** Brings rows of other bars. Shows nothing itself. */
export function pairViewBars(
  id: string,
  bars: readonly (readonly [PageTimeframe, PairRows])[],
): string {
  const packet: PairBars = Object.fromEntries(
    bars.map(([timeframe, rows]) => [timeframe, packPairRows(rows)] as const),
  );
  return hiddenFeed(`${id}:bars`, packet);
}
