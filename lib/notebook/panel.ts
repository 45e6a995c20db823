import type { Source } from "../model/instrument.ts";

/** What a display shows: HTML, and a line of text for viewers that show none. */
export interface Frame {
  readonly html: string;
  readonly text: string;
}

/**
 * What a panel's data is now, in the word its status line begins with. `part live`: some of it is, and the rest is
 * as it should be, its market shut. `unknown`: silent, and nobody has said whether its market is open.
 */
export type DataWord =
  | "live"
  | "part live"
  | "delayed"
  | "catching up"
  | "closed"
  | "waiting"
  | "unknown"
  | "stale"
  | "failed";

/** How fresh the data behind a panel is. */
export interface Freshness {
  /** @default `stale` where data is overdue, `waiting` before the first, else `live` */
  readonly word?: DataWord;
  /** Whose data is overdue, where it is not all: `ES and NQ`. @default all */
  readonly overdue?: string;
  /** What is as it should be and still has to be known: `ES and NQ closed`. @default nothing */
  readonly remark?: string;
  readonly source: Source;
  /** Venue time of the newest data, of the instrument that lags most; epoch ms UTC, NaN before the first. */
  readonly dataTime: number;
  /** The same for each instrument, where they differ. @default all are as new */
  readonly newest?: readonly { readonly instrument: string; readonly dataTime: number }[];
  /** Local ms since the newest message; undefined before the first. */
  readonly ageMs: number | undefined;
  /** True when data is overdue: the panel then says so, visibly. */
  readonly isStale: boolean;
  /** One sentence about what is wrong; undefined when all is well. */
  readonly trouble: string | undefined;
}

/** Something that `live` can keep up to date in its cell. */
export interface Panel {
  /**
   * Shown once, where drawing has two parts: what holds the reader's zoom, and the data fed to it. `draw` is
   * then the feed. Without it `draw` is the whole picture.
   * @param id unique on the page, and the same for `mount` and `draw`.
   */
  readonly mount?: (id: string) => Frame | Promise<Frame>;
  /** The newest frame. Called once for each change, at most as often as `live` allows. */
  readonly draw: (id: string) => Frame | Promise<Frame>;
  readonly freshness: () => Freshness;
  /**
   * True when the drawing itself tells what in it is old: a table of connections, say, which is needed most while
   * they are down. It is not dimmed then. @default false
   */
  readonly tellsAge?: boolean;
  /** Draws anew at least this often, local ms, because it shows ages. @default only on changes */
  readonly everyMs?: number;
  /** Calls back when there is something new to draw, until the returned function is called. */
  readonly subscribe: (onChange: () => void) => () => void;
}
