import type { Market } from "../../market/market.ts";
import type { Source } from "../../model/instrument.ts";
import type { DataKind, StoreReader } from "../../store/store.ts";
import type { Frame, Panel } from "../panel.ts";

/** Local ms after which a store is read again: others may write to it. */
const EVERY_MS = 30_000;

const SOURCES: Readonly<Record<DataKind, Source>> = {
  live: "stored",
  replay: "replay",
  simulated: "simulated",
};

/** Whether what a panel is given is a store, and no market. */
export function isStore(of: Market | StoreReader): of is StoreReader {
  return "dataKind" in of;
}

/** What the data of a store is called. */
export function sourceOfStore({ dataKind }: StoreReader): Source {
  return SOURCES[dataKind];
}

/** What a panel draws of a store, and up to when its data reaches. */
export interface StoreDrawing {
  readonly frame: Frame;
  /** Epoch ms UTC; NaN without any. */
  readonly dataTime: number;
}

/** A panel over what is stored: it reads the store anew now and then, and never calls it live. */
export function storePanel(
  store: StoreReader,
  draw: () => Promise<StoreDrawing>,
  again: (next: object) => Panel,
): Panel {
  let dataTime = NaN;
  return {
    of: store,
    again,
    tellsAge: true,
    everyMs: EVERY_MS,
    async draw() {
      const drawing = await draw();
      dataTime = drawing.dataTime;
      return drawing.frame;
    },
    freshness: () => ({
      word: "stored",
      source: sourceOfStore(store),
      dataTime,
      ageMs: undefined,
      isStale: false,
      trouble: undefined,
    }),
    subscribe: () => () => {},
  };
}
