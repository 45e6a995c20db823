import type { Source } from "../../model/instrument.ts";
import type { PageChoice } from "./page_choice.ts";

/** What a reader can choose from. */
export interface PageOffer {
  readonly version: string;
  /** Different for each run of the server. */
  readonly run: string;
  readonly views: readonly PageViewOffer[];
  readonly pairs: readonly { readonly id: string; readonly title: string }[];
  readonly timeframes: readonly string[];
  /** What is followed. */
  readonly instruments: readonly { readonly id: string; readonly title: string }[];
  /** Where it comes from. */
  readonly venues: readonly {
    readonly id: string;
    readonly title: string;
    /** By a user. */
    readonly isStopped: boolean;
  }[];
  /** What alert rules can watch. */
  readonly metrics: readonly string[];
  /** Channels that alerts can go to. */
  readonly channels: readonly string[];
}

/** Venues to stop and start, instruments to follow, alert rules, files in and out, and what a backtest tries. */
export type FormName = "venues" | "instruments" | "rules" | "files" | "strategy";

/** A view, as the page lists it. */
export interface PageViewOffer {
  readonly name: string;
  readonly title: string;
  /** Which choices change what it shows. */
  readonly uses: readonly (keyof PageChoice)[];
  /** What can be changed from it, above its panels or below them. */
  readonly forms: readonly FormName[];
  readonly areFormsBelow: boolean;
}

/** A panel of a view. Its key is the same for everyone who has chosen the same. */
export interface PagePanelPlace {
  readonly key: string;
  readonly name: string;
  readonly title: string;
}

/** How the market stands, each second. */
export interface PageBeat {
  readonly type: "beat";
  /** Venue time, epoch ms UTC; null before any venue has answered. */
  readonly venueTime: number | null;
  /** Null while the market opens. */
  readonly source: Source | null;
  /** One sentence of the market's status. */
  readonly message: string;
}

/** What the server sends. */
export type PageMessage =
  | { readonly type: "offer"; readonly offer: PageOffer }
  | {
    readonly type: "view";
    readonly choice: PageChoice;
    readonly panels: readonly PagePanelPlace[];
  }
  | {
    readonly type: "slot";
    /** Key of the panel. */
    readonly panel: string;
    readonly slot: string;
    readonly html: string;
  }
  | { readonly type: "fault"; readonly panel: string; readonly message: string }
  | { readonly type: "refused"; readonly message: string }
  /** A heartbeat of the panels, as `beatText` writes it: while they come, what says so is live. */
  | { readonly type: "pulse"; readonly beat: string }
  | PageBeat;
