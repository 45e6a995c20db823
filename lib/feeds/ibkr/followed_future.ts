import type { Product } from "../../calendar/products.ts";
import type { StreamRecord } from "./stream_record.ts";

/** A future that the feed streams, with what is remembered of its stream across connections. */
export interface FollowedFuture {
  readonly product: Product;
  readonly record: StreamRecord;
}
