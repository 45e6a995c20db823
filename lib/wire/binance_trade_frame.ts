import { ByteCursor } from "./byte_cursor.ts";
import { isEpochMs } from "./json_fields.ts";

/** A trade. Times are epoch ms, UTC; symbols are uppercase. */
export type BinanceTradeMessage =
  | {
    readonly kind: "trade";
    readonly symbol: string;
    readonly eventTime: number;
    readonly tradeTime: number;
    readonly id: number;
    readonly price: number;
    readonly size: number;
    readonly buyerIsMaker: boolean;
  }
  | {
    readonly kind: "aggregate-trade";
    readonly symbol: string;
    readonly eventTime: number;
    readonly tradeTime: number;
    readonly id: number;
    /** Ids of the trades it adds up. */
    readonly firstTradeId: number;
    readonly lastTradeId: number;
    readonly price: number;
    readonly size: number;
    readonly buyerIsMaker: boolean;
  };

const bytesOf = (text: string) => new TextEncoder().encode(text);
const STREAM = bytesOf('{"stream":"');
const AGGREGATE = bytesOf('@aggTrade","data":{"e":"aggTrade"');
const SINGLE = bytesOf('@trade","data":{"e":"trade"');
const END = bytesOf("}}");
/** Fields that are not used. */
const WITHOUT_RPI = bytesOf('"nq":');
const STATE = bytesOf('"st":');
const MARKET = bytesOf('"MARKET"');

const COMMA = 44;
/** Longer symbols are read by the other decoder. */
const LONGEST_SYMBOL = 24;

const cursor = new ByteCursor();

/**
 * Reads a trade of a combined stream, its fields in whatever order, in one pass: a third of the time that the decoder
 * of any frame takes. Undefined for all else, and for a trade with anything unusual about it: what this gives,
 * `decodeBinanceFrame` gave too if it read JSON alone.
 */
export function readTradeFrame(text: string): BinanceTradeMessage | undefined {
  if (!cursor.begin(text) || !cursor.take(STREAM)) return undefined;
  const streamAt = cursor.at;
  const streamLength = cursor.skipWord();
  const isAggregate = cursor.take(AGGREGATE);
  if (!isAggregate && !cursor.take(SINGLE)) return undefined;
  let symbol = "", symbolAt = 0;
  let eventTime = NaN, tradeTime = NaN, id = NaN, firstTradeId = NaN, lastTradeId = NaN;
  let price = NaN, size = NaN;
  let buyerIsMaker: boolean | undefined;
  while (cursor.takeByte(COMMA)) {
    switch (cursor.shortName()) {
      case 0x45: // E
        eventTime = cursor.whole();
        break;
      case 0x54: // T
        tradeTime = cursor.whole();
        break;
      case 0x73: // s
        symbolAt = cursor.at + 1;
        symbol = cursor.quotedWord(LONGEST_SYMBOL);
        break;
      case 0x61: // a
        if (!isAggregate) return undefined;
        id = cursor.whole();
        break;
      case 0x74: // t
        if (isAggregate) return undefined;
        id = cursor.whole();
        break;
      case 0x66: // f
        firstTradeId = cursor.whole();
        break;
      case 0x6c: // l
        lastTradeId = cursor.whole();
        break;
      case 0x70: // p
        price = cursor.quotedDecimal();
        break;
      case 0x71: // q
        size = cursor.quotedDecimal();
        break;
      case 0x6d: // m
        buyerIsMaker = cursor.flag();
        break;
      case 0x4d: // M: not used
        cursor.flag();
        break;
      case 0x58: // X: what single trades of USD-M are, in which others than those of the market are not read here
        if (!cursor.take(MARKET)) return undefined;
        break;
      case 0:
        if (!isUnused()) return undefined;
        break;
      default:
        return undefined;
    }
  }
  if (!cursor.take(END) || !cursor.isAtEnd || !cursor.isSound) return undefined;

  if (streamLength !== symbol.length) return undefined;
  if (!cursor.isSameWord(streamAt, symbolAt, streamLength)) return undefined;
  // What did not come is NaN.
  const isWhole = isEpochMs(eventTime) && isEpochMs(tradeTime) && id >= 0 && price > 0 && size >= 0;
  if (!isWhole || buyerIsMaker === undefined) return undefined;
  if (!isAggregate) {
    return { kind: "trade", symbol, eventTime, tradeTime, id, price, size, buyerIsMaker };
  }
  if (!(firstTradeId >= 0 && lastTradeId >= 0)) return undefined;
  return {
    kind: "aggregate-trade",
    symbol,
    eventTime,
    tradeTime,
    id,
    firstTradeId,
    lastTradeId,
    price,
    size,
    buyerIsMaker,
  };
}

/** A field with a longer name. */
function isUnused(): boolean {
  if (cursor.take(WITHOUT_RPI)) cursor.quotedDecimal();
  else if (cursor.take(STATE)) cursor.whole();
  else return false;
  return true;
}
