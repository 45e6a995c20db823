import { BINANCE_DECODERS } from "./binance_decoders.ts";
import type { Decoder } from "./decoder.ts";
import { DERIBIT_DECODERS } from "./deribit_decoders.ts";
import { FILE_DECODERS } from "./file_decoders.ts";
import { PAIR_DECODERS } from "./pair_decoders.ts";
import { TWS_DECODERS } from "./tws_decoders.ts";

/** Every reader of what was written elsewhere: by the venues, by clients of our own, in files. */
export const DECODERS: readonly (() => Decoder)[] = [
  ...BINANCE_DECODERS,
  ...TWS_DECODERS,
  ...DERIBIT_DECODERS,
  ...PAIR_DECODERS,
  ...FILE_DECODERS,
];
