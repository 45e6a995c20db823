/** Broken parts, put in place of sound ones by a test: each must turn the harness red. */
import { MinuteLedger, type Offer } from "../../lib/bars/minute_ledger.ts";
import type { Bar } from "../../lib/model/bar.ts";
import type { Origin } from "../../lib/model/feed_event.ts";
import type { Sabotage } from "./world.ts";

/** Healing broken: histories of both venues answer, and bring nothing. */
export const noHealing: Sabotage = {
  httpGet: (real) => async (url, options) => {
    const reply = await real(url, options);
    return url.includes("/klines") && reply.status === 200 ? { ...reply, text: "[]" } : reply;
  },
  openGateway: (real) => (options, onEvent) =>
    real(options, (event) => onEvent(event.kind === "history" ? { ...event, bars: [] } : event)),
};

/** Trades are not to be had by id. */
export const noTradeHistory: Sabotage = {
  httpGet: (real) => async (url, options) => {
    const reply = await real(url, options);
    return url.includes("Trades?") && reply.status === 200 ? { ...reply, text: "[]" } : reply;
  },
};

/**
 * Staleness unnoticed: with every sign of life of the connection (an answer to the question for the time, a
 * trade) the newest bar comes once more, so that no stream of bars ever seems silent.
 */
export const noStaleness: Sabotage = {
  openGateway: (real) => (options, onEvent) => {
    const newest = new Map<number, Parameters<typeof onEvent>[0]>();
    return real(options, (event) => {
      if (event.kind === "bar") newest.set(event.id, event);
      if (event.kind === "time") { for (const bar of newest.values()) onEvent(bar); }
      onEvent(event);
    });
  },
  openSocket: (real) => (url, handlers) => {
    let newest: string | undefined;
    return real(url, {
      ...handlers,
      onText: (text) => {
        if (text.includes('"x":false')) newest = text;
        else if (newest !== undefined) handlers.onText(newest);
        handlers.onText(text);
      },
    });
  },
};

/** A ledger that has forgotten what it has told: the same minute is new each time. */
class ForgetfulLedger extends MinuteLedger {
  override offer(bar: Bar, origin: Origin): Offer {
    const offer = super.offer(bar, origin);
    return offer.kind === "repeat" ? { kind: "new", bar } : offer;
  }
}

/** Dedup broken. */
export const noDedup: Sabotage = {
  ledger: (instrument, isOpen, options) => new ForgetfulLedger(instrument, isOpen, options),
};
