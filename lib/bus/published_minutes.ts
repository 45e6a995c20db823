import { eachColumn } from "../bars/bar_table.ts";
import { type KnownBars, KnownMinutes } from "../bars/known_minutes.ts";
import { HOUR, MINUTE } from "../model/time.ts";
import type { BarBatch } from "../store/store.ts";
import { ALL_MINUTES } from "./bus_subject.ts";
import type { NatsClient } from "./nats_client.ts";
import { readableBatch } from "./readable_batch.ts";

/** More instruments of one stream are not looked at. */
const MOST = 2_000;

/** A minute as it was published: a row of a message. */
interface PublishedMinute {
  readonly batch: BarBatch;
  readonly row: number;
}

/**
 * The minutes that a stream has of each instrument, under their newest revisions, for a publisher that begins: what it
 * publishes otherwise must have a higher one, or whoever has read the stream would not take it. Its venue is asked for
 * all of them, since what changed there while nobody published is known only there.
 *
 * @param backMs what was published in this time before the newest message is read, by the broker's clock.
 */
export async function publishedMinutes(
  client: Pick<NatsClient, "state" | "held">,
  backMs: number,
): Promise<ReadonlyMap<string, KnownMinutes>> {
  const { lastTime } = await client.state();
  const published = new Map<string, Map<number, PublishedMinute>>();
  if (lastTime === undefined) return new Map();
  for await (const page of client.held(ALL_MINUTES, lastTime - backMs - HOUR)) {
    for (const message of page) {
      for (const batch of readableBatch(message).bars ?? []) {
        const own = published.get(batch.instrument) ?? new Map();
        if (published.size >= MOST && !published.has(batch.instrument)) continue;
        published.set(batch.instrument, own);
        if (batch.stepMs === MINUTE) takeNewest(own, batch);
      }
    }
  }
  return new Map([...published].map(([instrument, own]) => [instrument, knownOf(own)]));
}

/** Of one revision the first counts, as it does for those who read the stream. */
function takeNewest(own: Map<number, PublishedMinute>, batch: BarBatch): void {
  const { openTime, revision } = batch.bars;
  openTime.forEach((time, row) => {
    const before = own.get(time);
    const isNewer = before === undefined ||
      revision[row]! > before.batch.bars.revision[before.row]!;
    if (isNewer) own.set(time, { batch, row });
  });
}

function knownOf(own: ReadonlyMap<number, PublishedMinute>): KnownMinutes {
  const minutes = [...own].sort(([a], [b]) => a - b).map(([, minute]) => minute);
  const bars: KnownBars = {
    ...eachColumn((name) => Float64Array.from(minutes, ({ batch, row }) => batch.bars[name][row]!)),
    revision: Uint16Array.from(minutes, ({ batch, row }) => batch.bars.revision[row]!),
    source: minutes.map(({ batch, row }) => batch.bars.source[row]!),
    contract: minutes.map(({ batch, row }) => batch.contract?.[row]),
  };
  return new KnownMinutes(bars, [], { isRequestedAgain: true });
}
