import { escapeHtml } from "../../charts/markup.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import type { MarketEvent } from "../../market/market_event.ts";
import { marketFreshness } from "../../market/market_freshness.ts";
import type { Advice } from "../../model/advice.ts";
import type { Frame, Freshness, Panel, PanelPart } from "../panel.ts";
import { assertFollowed } from "./not_followed.ts";

/** Draws what is followed of the instruments asked for. @param id as of {@link Panel.draw}. */
type DrawMarket = (id: string, instruments: readonly string[]) => Frame | Promise<Frame>;

/** A {@link PanelPart} over a market. */
export interface MarketPart
  extends Pick<PanelPart, "name" | "minIntervalMs" | "isInStep" | "isSeen" | "holdsBack"> {
  /** Events that may change it. */
  readonly on: readonly MarketEvent["kind"][];
  readonly draw: (id: string, instruments: readonly string[]) => Frame | undefined;
}

export interface MarketPanelOptions extends Pick<Panel, "tellsAge" | "everyMs" | "isInStep"> {
  /** Makes the panel anew of a market that has taken this one's place. @default it cannot be */
  readonly again?: (market: Market) => Panel;
  /** Whose data the panel rests on: their age and source stand in its status line. @default all that are followed */
  readonly instruments?: readonly string[] | undefined;
  /** Whether corrected minutes of an instrument change it. @default those of `instruments` do */
  readonly restsOn?: (instrument: string) => boolean;
  /** Whether it can be drawn of all of them only, as a pair can. @default false */
  readonly needsAll?: boolean;
  /** Events that make it draw anew. @default each minute's result, and what was healed */
  readonly on?: readonly MarketEvent["kind"][];
  /** @default none */
  readonly parts?: readonly MarketPart[];
  readonly mount?: DrawMarket;
  readonly draw: DrawMarket;
}

/**
 * A panel over a market. Instruments may come and go while it is shown: without a choice of its own it shows what is
 * followed at the time; one that it was made for and that is not followed any more is left out and named, and when
 * nothing is left to draw the last picture stays, marked as stale.
 *
 * @throws {RangeError} for an instrument that is not in the market, saying what to add where.
 */
export function marketPanel(
  market: Market,
  {
    instruments: asked,
    needsAll = false,
    on = ["minute", "heal"],
    draw,
    mount,
    again,
    restsOn = (id) => asked?.includes(id) ?? true,
    parts = [],
    ...pace
  }: MarketPanelOptions,
): Panel {
  assertFollowed(market, asked ?? []);
  const followed = () => {
    const ids = market.instruments.map(({ id }) => id);
    return asked === undefined ? ids : asked.filter((id) => ids.includes(id));
  };
  const missing = () => {
    const ids = followed();
    return (asked ?? []).filter((id) => !ids.includes(id));
  };
  const isDrawable = () => {
    const gone = missing().length;
    return gone === 0 || (!needsAll && gone < asked!.length);
  };
  const watched = (on: readonly MarketEvent["kind"][], name: string, onChange: () => void) => {
    const news = new News(restsOn);
    return market.onEvent((event) => {
      const isNews = news.take(event);
      if (isNews && on.includes(event.kind)) onChange();
    }, name);
  };
  let last: Frame | undefined;
  return {
    ...pace,
    of: market,
    ...(again === undefined ? {} : { again: (next: object) => again(next as Market) }),
    ...(mount === undefined ? {} : { mount: (id) => mount(id, followed()) }),
    parts: parts.map((part) => ({
      ...part,
      draw: (id) => isDrawable() ? part.draw(id, followed()) : undefined,
      subscribe: (onChange) => watched(part.on, `panel ${part.name}`, onChange),
    })),
    async draw(id) {
      if (!isDrawable()) return last ?? goneFrame(goneText(missing(), market.advice));
      last = await draw(id, followed());
      return last;
    },
    freshness: () => {
      const fresh = labelled(
        marketFreshness(market, followed(), { areApart: !needsAll || asked === undefined }),
        shortLabels(market.instruments),
      );
      const gone = missing();
      return gone.length === 0
        ? fresh
        : withoutSome(fresh, goneText(gone, market.advice), isDrawable());
    },
    subscribe: (onChange) => watched(["follow", "unfollow", ...on], "panel", onChange),
  };
}

/**
 * Which events may change a panel. The newest minute is made again when any bar before it comes late, as those of delayed
 * indices do each minute: of what a panel does not rest on that is no news.
 */
class News {
  readonly #restsOn: (instrument: string) => boolean;
  /** Open time of the newest minute that was made; undefined before the first. */
  #newest: number | undefined;
  #isCorrected = false;

  constructor(restsOn: (instrument: string) => boolean) {
    this.#restsOn = restsOn;
  }

  take(event: MarketEvent): boolean {
    if (event.kind === "bar" || event.kind === "heal") {
      const openTime = event.kind === "bar" ? event.bar.openTime : event.from;
      this.#isCorrected ||= openTime <= (this.#newest ?? Infinity) &&
        this.#restsOn(event.instrument);
    }
    if (event.kind !== "minute") return true;
    const isNews = event.revision === 0 || this.#isCorrected;
    // Older minutes that were made again come before the newest.
    const newest = this.#newest = Math.max(this.#newest ?? -Infinity, event.openTime);
    if (event.openTime === newest) this.#isCorrected = false;
    return isNews;
  }
}

/** Named as the panels name them. */
function labelled(fresh: Freshness, labelOf: (id: string) => string): Freshness {
  const newest = fresh.newest?.map((one) => ({ ...one, instrument: labelOf(one.instrument) }));
  return newest === undefined ? fresh : { ...fresh, newest };
}

function goneText(gone: readonly string[], { followAgain }: Advice): string {
  return `${gone.join(", ")}: not followed any more; ${followAgain(gone[0]!)}.`;
}

function goneFrame(text: string): Frame {
  return { html: `<div>${escapeHtml(text)}</div>`, text };
}

function withoutSome(fresh: Freshness, gone: string, isDrawn: boolean): Freshness {
  const troubles = [gone, ...fresh.troubles ?? []];
  const said = { ...fresh, trouble: troubles.join(" "), troubles };
  return isDrawn ? said : { ...said, word: "stale", isStale: true };
}
