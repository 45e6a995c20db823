import type { Source } from "../model/instrument.ts";

/** What a display shows: HTML, and a line of text for viewers that show none. */
export interface Frame {
  readonly html: string;
  readonly text: string;
}

/** How fresh the data behind a panel is. */
export interface Freshness {
  readonly source: Source;
  /** Venue time of the newest data, epoch ms UTC; NaN before the first. */
  readonly dataTime: number;
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
  /** Calls back when there is something new to draw, until the returned function is called. */
  readonly subscribe: (onChange: () => void) => () => void;
}
