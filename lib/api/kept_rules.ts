import { changesOf, readChanges, type RuleChanges, RULES_NOTE } from "../alerts/kept_rules.ts";
import { rulesOf } from "../alerts/rule.ts";
import type { Config } from "../feeds/config.ts";
import type { Market } from "../market/market.ts";
import { type Clock, sleep } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { Store } from "../store/store.ts";
import type { StoreOfMarket } from "../store/store_of.ts";
import { ApiProblem } from "./problem.ts";

/** So long is waited for a store that is not open yet, local ms. */
const OPENING_MS = 5_000;

/** What {@link keptRules} needs. */
export interface KeptRulesOptions {
  readonly market: Market;
  readonly config: Config;
  readonly store: StoreOfMarket | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * A function that keeps what was changed about the configured rules in the market's store, so that the next run begins
 * with it. Without a store, and in a replay, rules are of the run alone. Before the first row of a new store it is known
 * what must be kept, and not yet where: it is written as soon as the store is there.
 */
export function keptRules(
  { market, config, store, clock, log }: KeptRulesOptions,
): () => Promise<void> {
  const whenOpen = store?.whenOpen;
  if (whenOpen === undefined || config.source === "replay") return () => Promise.resolve();
  const configured = rulesOf(config.alerts, market.instruments);
  const watchedNow = () => (market.alerts?.rules ?? []).map(({ rule }) => rule);
  const atStart = new Set(watchedNow().map(({ name }) => name));
  // Kept rules of what is not followed in this run: they are not watched, and not forgotten.
  let resting: RuleChanges["rules"] | undefined;
  const write = async (open: Store) => {
    resting ??= readChanges(await open.note(RULES_NOTE)).rules
      .filter(({ name }) => !atStart.has(name));
    const watched = watchedNow();
    resting = resting.filter((rule) => watched.every(({ name }) => name !== rule.name));
    const { rules, replaced } = changesOf(configured, watched);
    const note = JSON.stringify({ rules: [...rules, ...resting], replaced });
    await open.write({ notes: { [RULES_NOTE]: note } });
  };
  // One after the other: the last to be written is the last that was made.
  let last: Promise<void> = Promise.resolve();
  return async () => {
    const written = last.then(async () => write(await whenOpen));
    last = written.catch((error) =>
      log.error("The rules could not be kept in the store", { error })
    );
    const answered = new AbortController();
    try {
      await Promise.race([written, sleep(clock, OPENING_MS, answered.signal)]);
    } catch {
      throw new ApiProblem(503, {
        detail:
          "The rules are as asked for this run, but could not be kept in the store; the log says why.",
      });
    } finally {
      answered.abort();
    }
  };
}
