import type { PageAlert } from "../alert_view.ts";

/** Where it is kept what a reader has seen: outlives a reload of the page. */
export interface SeenStore {
  get(id: string): unknown;
  set(id: string, value: unknown): void;
}

/** What has become of an alert since it was looked at last. */
export interface AlertNews {
  readonly alert: PageAlert;
  /** `new`: never announced. `again`: it is said once more, or has ended. */
  readonly kind: "new" | "again";
}

/** Ids kept for one panel. */
const MOST_KEPT = 100;

/**
 * What of a panel's alerts its reader does not know yet. What a page shows at first is no news; after a reload only
 * what came meanwhile is.
 *
 * @param key of the panel and the run: other runs may have alerts of the same ids.
 */
export function alertNews(
  store: SeenStore,
  key: string,
  alerts: readonly PageAlert[],
): AlertNews[] {
  const seen = readSeen(store.get(key));
  const news = alerts.flatMap((alert): AlertNews[] => {
    const last = seen?.get(alert.id);
    if (seen === undefined || last === alert.kind) return [];
    return [{ alert, kind: last === undefined ? "new" : "again" }];
  });
  if (seen !== undefined && news.length === 0) return [];
  const kept = new Map(seen ?? []);
  for (const { id, kind } of alerts) {
    kept.delete(id);
    kept.set(id, kind);
  }
  store.set(key, [...kept].slice(-MOST_KEPT));
  return news;
}

/** It may be of an older version of this code. */
function readSeen(value: unknown): Map<string, string> | undefined {
  if (!Array.isArray(value)) return undefined;
  return new Map(value.filter((entry) => Array.isArray(entry) && entry.length === 2));
}
