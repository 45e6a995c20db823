import type { Freshness } from "../market/market_freshness.ts";

export type { DataWord, Freshness } from "../market/market_freshness.ts";

/** What a display shows: HTML, and a line of text for viewers that show none. */
export interface Frame {
  readonly html: string;
  readonly text: string;
}

/** An output of its own beside a panel's picture: what changes far more often than the rest, or far less. */
export interface PanelPart {
  /** Names its display: `forming`. */
  readonly name: string;
  /** Least local time between two drawings, ms. @default that of `live` */
  readonly minIntervalMs?: number;
  /** False where what is new is not kept for the moment at which others are drawn. @default true */
  readonly isInStep?: boolean;
  /** Whether readers may see it: it stands in the theme's colours, and dims with the panel. @default false */
  readonly isSeen?: boolean;
  /** The newest frame; undefined while what was drawn last still holds. */
  readonly draw: (id: string) => Frame | undefined;
  /** True while the last drawing held something back for a pace of its own: it is drawn again. @default never */
  readonly holdsBack?: () => boolean;
  /** Calls back when there may be something new, until the returned function is called. */
  readonly subscribe: (onChange: () => void) => () => void;
}

/** Something that `live` can keep up to date in its cell. */
export interface Panel {
  /** What it shows, such as a market. @default it does not matter */
  readonly of?: object;
  /**
   * Makes it anew of what has taken the place of `of`, as running the cell that opens a market again does.
   * @throws when the successor lacks what the panel shows. @default it ends with what it shows
   */
  readonly again?: (next: object) => Panel;
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
   * True when the drawing itself shows what in it is old: a table of connections, say, which is needed most while
   * they are down. It is not dimmed then. @default false
   */
  readonly tellsAge?: boolean;
  /** Draws anew at least this often, local ms, because it shows what time alone changes. @default only on changes */
  readonly everyMs?: number;
  /**
   * True where it shows newest prices: it is drawn at the same moments as all others that do, so that they agree.
   * @default false
   */
  readonly isInStep?: boolean;
  /** Outputs below the picture. @default none */
  readonly parts?: readonly PanelPart[];
  /** Calls back when there is something new to draw, until the returned function is called. */
  readonly subscribe: (onChange: () => void) => () => void;
}
