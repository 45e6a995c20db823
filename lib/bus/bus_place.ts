import type { StoreReader } from "../store/store.ts";

/** Where a store stands in a stream: kept in the same transaction as the rows, so that each message counts once. */
export interface BusPlace {
  /** Of the stream; one that was made anew begins again. */
  readonly created: string;
  readonly sequence: number;
}

/** Where a store stands in a stream that was made at a time; undefined where nothing of it was written there. */
export async function placeIn(
  store: Pick<StoreReader, "note">,
  stream: string,
  created: string,
): Promise<BusPlace | undefined> {
  const text = await store.note(placeNote(stream));
  const known: BusPlace | undefined = text === undefined ? undefined : JSON.parse(text);
  return known?.created === created ? known : undefined;
}

/** The note of a store that holds its place in a stream. */
export function placeNote(stream: string): string {
  return `bus ${stream}`;
}
