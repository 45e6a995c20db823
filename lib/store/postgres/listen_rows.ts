import { type Clock, sleep } from "../../runtime/clock.ts";
import type { RowNotice } from "../store.ts";
import { listenOnce } from "./postgres_client.ts";
import { rowsOfNotice } from "./row_notice.ts";

/** Waits between two attempts to listen again: doubled from the first to the last, local ms. */
const RETRY_MS = 250;
const RETRY_CAP_MS = 8_000;

/**
 * Calls back with what the writer of a database has committed, by a connection of its own that is made again for ever;
 * with undefined where anything may have changed: after each time that nobody listened.
 *
 * @returns ends it.
 */
export function listenRows(
  url: string,
  { clock, onRows }: {
    readonly clock: Clock;
    readonly onRows: (rows: readonly RowNotice[] | undefined) => void;
  },
): () => Promise<void> {
  const stop = new AbortController();
  const listening = (async () => {
    for (let waitMs = RETRY_MS; !stop.signal.aborted; waitMs = Math.min(RETRY_CAP_MS, waitMs * 2)) {
      try {
        await listenOnce(url, {
          name: "comove listener",
          channel: CHANNEL,
          signal: stop.signal,
          onReady: () => {
            waitMs = RETRY_MS;
            onRows(undefined);
          },
          onNotice: (text) => onRows(rowsOfNotice(text)),
        });
      } catch {
        // A server that is away is tried again; a reader sees that by its own failures.
      }
      await sleep(clock, waitMs, stop.signal).catch(() => {});
    }
  })();
  return async () => {
    stop.abort(new Error("closed"));
    await listening;
  };
}

/** One for each schema: a database may hold several stores. */
export const CHANNEL =
  "select 'comove_rows_' || cast(cast(cast(current_schema() as regnamespace) as oid) as text)";
