/**
 * What a reader can do about what is shown, in the words of where it is shown: calls in a notebook, buttons on the page.
 * Each is a part of a sentence, without a full stop. Undefined: nothing can be done there, and nothing is said.
 */
export interface Advice {
  /** The market is closed. */
  readonly openAgain: string;
  /** An instrument is not followed any more. */
  readonly followAgain: (id: string) => string;
  /**
   * An instrument that was asked for is not followed.
   *
   * @param entry what stands for it in a list of the configuration, such as `"ETHUSDT"`.
   * @param listKey the list: `binance.symbols`.
   */
  readonly followFirst: (id: string, entry: string, listKey: string) => string;
  /** Any of a few instruments would do. */
  readonly followOne: (ids: readonly string[]) => string;
  /** Flags that a table leaves out. */
  readonly olderFlags: string | undefined;
  /** Entries of the log that a table leaves out. */
  readonly earlierEntries: string | undefined;
  /** There is no rule. */
  readonly armRule: string;
  /** Rules are not judged, since no feed runs. */
  readonly rehearse: string;
  /** What holds back a rule's messages for an hour. */
  readonly muteRule: (rule: string) => string | undefined;
}

/** Calls to copy into a cell. */
export const NOTEBOOK_ADVICE: Advice = {
  openAgain: "run the cell that opens it again",
  followAgain: (id) => `market.follow("${id}") brings it back`,
  followFirst: (id, entry, listKey) =>
    `add ${entry} to ${listKey} where the market is opened and run that cell again, or run market.follow("${id}") first`,
  followOne: (ids) => {
    const [last, ...others] = ids.map((id) => `market.follow("${id}")`).toReversed();
    return others.length === 0 ? `${last}` : `${others.toReversed().join(", ")} or ${last}`;
  },
  olderFlags: 'market.flags("ES")',
  earlierEntries: "market.journal.entries",
  armRule: 'armAlerts(market, [{ name: "apart", metric: "correlation", of: "BTCUSDT/ES", ' +
    'fire: "below 0.2" }]), or alerts.rules in config.yaml',
  rehearse: "rehearsalPanel judges rules on what is stored",
  muteRule: (rule) => `market.alerts.mute(${JSON.stringify(rule)}, "1h")`,
};
