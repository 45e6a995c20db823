/** Which cell of a line is what. */
export interface TradeLayout {
  /** The first line names the columns. */
  readonly hasNames: boolean;
  /** Cells of a line. */
  readonly width: number;
  readonly id: number;
  readonly time: number;
  readonly price: number;
  readonly size: number;
  /** 1, -1 or 0. */
  readonly side?: number;
  /** `true` where the taker sold. */
  readonly isBuyerMaker?: number;
  readonly received?: number;
  /** What the ids count; undefined where the file does not show it. */
  readonly kind: "single" | "aggregate" | undefined;
}

const NAMES = {
  id: ["id", "tradeid", "aggtradeid", "a"],
  time: ["time", "timestamp", "transacttime", "tradetime"],
  price: ["price", "p"],
  size: ["size", "qty", "quantity", "q"],
  side: ["side"],
  isBuyerMaker: ["isbuyermaker", "m"],
  received: ["received"],
  first: ["firsttradeid", "f"],
} as const;

/**
 * How a file of trades is laid out, by its first line; undefined for a file of anything else.
 *
 * Source of the layouts without names: github.com/binance/binance-public-data: spot trades are id, price, qty,
 * quoteQty, time, isBuyerMaker, isBestMatch, those of futures lack the last; aggregate trades are id, price, qty, first
 * id, last id, time, isBuyerMaker, on spot isBestMatch too.
 */
export function tradeLayout(first: readonly string[]): TradeLayout | undefined {
  const width = first.length;
  const bare = first.map((cell) => cell.toLowerCase().replace(/[^a-z]/g, ""));
  const placeOf = (names: readonly string[]) => {
    const at = bare.findIndex((name) => names.includes(name));
    return at < 0 ? undefined : at;
  };
  const id = placeOf(NAMES.id), time = placeOf(NAMES.time);
  const price = placeOf(NAMES.price), size = placeOf(NAMES.size);
  if (id !== undefined && time !== undefined && price !== undefined && size !== undefined) {
    const side = placeOf(NAMES.side), isBuyerMaker = placeOf(NAMES.isBuyerMaker);
    const received = placeOf(NAMES.received);
    const isAggregate = placeOf(NAMES.first) !== undefined;
    const isBinance = isBuyerMaker !== undefined;
    return {
      hasNames: true,
      width,
      id,
      time,
      price,
      size,
      ...(side === undefined ? {} : { side }),
      ...(isBuyerMaker === undefined ? {} : { isBuyerMaker }),
      ...(received === undefined ? {} : { received }),
      kind: isAggregate ? "aggregate" : isBinance ? "single" : undefined,
    };
  }
  const isFlag = (at: number) => /^(true|false)$/i.test(first[at] ?? "");
  const areNumbers = (count: number) =>
    first.slice(0, count).every((cell) => /^[\d.]+$/.test(cell));
  const unnamed = { hasNames: false, width, id: 0, price: 1, size: 2 };
  if ((width === 6 || width === 7) && areNumbers(5) && isFlag(5)) {
    return { ...unnamed, time: 4, isBuyerMaker: 5, kind: "single" };
  }
  if ((width === 7 || width === 8) && areNumbers(6) && isFlag(6)) {
    return { ...unnamed, time: 5, isBuyerMaker: 6, kind: "aggregate" };
  }
  return undefined;
}
