import type { Closable } from "./keeper.ts";
import type { LiveHandle } from "./live_panel.ts";
import type { Panel } from "./panel.ts";
import type { FinishOptions, LiveOptions, ShowOptions } from "./session.ts";
import { currentSession } from "./setup.ts";
import type { Showable } from "./showable.ts";
import type { Traffic } from "./traffic.ts";
import type { Trouble } from "./troubles.ts";

/**
 * Shows something below the running cell, and waits until it has surely arrived: what a cell shows by its last
 * expression gets lost in headless runs now and then. A long DataFrame is shown by its first and last rows.
 *
 * @param content text, `{ html, text }`, a figure, or a danfojs DataFrame.
 * @throws {TypeError} for anything else.
 *
 * @example
 * ```ts ignore
 * await show(await market.frame("ES"));
 * ```
 */
export function show(content: Showable, options: ShowOptions = {}): Promise<void> {
  return currentSession().show(content, options);
}

/**
 * Shows a panel that repaints itself in its cell while others run: on each change of its data, at most once a
 * second, until stopped. Below it stands a status line: state, source, newest data, and what is wrong. The page
 * calls the panel live only while the kernel's heartbeats arrive; a saved file says when it was live. The cell returns as soon as the first picture is there. Starting a name again replaces the
 * panel of that name. A drawing that fails is reported in the status line and tried again.
 *
 * @param name one panel has each name.
 * @returns the handle, once the first picture is shown, at the latest after 5 seconds.
 *
 * @example
 * ```ts ignore
 * await live("price", priceChart(market));
 * ```
 */
export function live(name: string, panel: Panel, options: LiveOptions = {}): Promise<LiveHandle> {
  return currentSession().live(name, panel, options);
}

/** The live panels that run, in the order they were started. */
export function handles(): readonly LiveHandle[] {
  return currentSession().handles;
}

/** Stops every live panel; the last frames stay. Markets go on: see {@link closeAll}. */
export function stopAll(): Promise<void> {
  return currentSession().stopAll();
}

/** Stops every live panel and closes everything given to {@link keep}. */
export function closeAll(): Promise<void> {
  return currentSession().closeAll();
}

/**
 * Remembers what must be closed at the end, such as a market. With a name and a function that opens it, running
 * the cell again first closes what it had opened before, so that nothing is ever open twice; live panels of
 * what was closed go on with what is opened, in their cells.
 *
 * @example
 * ```ts ignore
 * const market = await keep("market", (signal) => openMarket({ source: SOURCE, signal }));
 * ```
 */
export function keep<T extends Closable>(closable: T): T;
export function keep<T extends Closable>(
  name: string,
  open: (signal: AbortSignal) => T | Promise<T>,
): Promise<T>;
export function keep<T extends Closable>(
  what: T | string,
  open?: (signal: AbortSignal) => T | Promise<T>,
): T | Promise<T> {
  const session = currentSession();
  if (typeof what !== "string") {
    if (typeof what?.close !== "function") {
      throw new TypeError(`keep takes something with a close function, got ${typeof what}`);
    }
    session.keeper.add(what);
    return what;
  }
  if (open === undefined) {
    throw new TypeError(`keep("${what}", open) needs the function that opens`);
  }
  return session.keep(what, () => open(session.cellSignal));
}

/**
 * Waits; the Stop button ends it with an `AbortError`.
 *
 * @throws {RangeError} for less than 0 ms.
 */
export function wait(ms: number): Promise<void> {
  return currentSession().wait(ms);
}

/**
 * Lets the live panels run for so long before the next cell, with a line that shows how much is over; at 0
 * returns at once. The Stop button ends it with an `AbortError`.
 *
 * @throws {RangeError} for less than 0 seconds.
 */
export function runFor(seconds: number): Promise<void> {
  return currentSession().runFor(seconds);
}

/**
 * Last cell of a live notebook. With `after` above 0 runs for so many seconds, then stops the live panels,
 * closes the market and whatever was given to {@link keep}, and sums up in one sentence; the Stop button brings
 * that end early. With 0 leaves everything live and says how to stop it.
 *
 * @throws {RangeError} for less than 0 seconds.
 *
 * @example
 * ```ts ignore
 * await finish({ after: RUN_SECONDS, market });
 * ```
 */
export function finish(options: FinishOptions = {}): Promise<void> {
  return currentSession().finish(options);
}

/**
 * Aborted by the next press of the Stop button: for `fetch` and other waits of the running cell. Ask for it in
 * each cell; one that has been aborted stays so.
 */
export function cellSignal(): AbortSignal {
  return currentSession().cellSignal;
}

/** What this kernel has sent to the page. */
export function traffic(): Traffic {
  return currentSession().traffic;
}

/** What went wrong in the background, where no cell could catch it: the last 50, newest last. */
export function troubles(): readonly Trouble[] {
  return currentSession().troubles;
}
