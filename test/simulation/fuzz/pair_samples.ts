const SECOND = 1_790_000_040;

/** What Coinbase sends and answers. */
export const COINBASE = {
  frames: [
    '{"type":"subscriptions","channels":[{"name":"matches","product_ids":["BTC-USD"]},{"name":"heartbeat","product_ids":["BTC-USD"]}]}',
    '{"type":"last_match","trade_id":901234567,"maker_order_id":"97bb540a-2ad1-45c4-885d-9e088e091e9e","taker_order_id":"51a1cb96-4c1f-48b6-9639-8da567469c47","side":"sell","size":"0.0225","price":"91692.53","product_id":"BTC-USD","sequence":98221079970,"time":"2026-09-22T07:20:00.716579Z"}',
    '{"type":"match","trade_id":901234568,"side":"buy","size":"1","price":"0.00001","product_id":"SHIB-USD","sequence":1,"time":"2026-09-22T07:20:00Z"}',
    '{"type":"heartbeat","last_trade_id":901234567,"product_id":"BTC-USD","sequence":98221080114,"time":"2026-09-22T07:20:01.519588Z"}',
    '{"type":"error","message":"Failed to subscribe","reason":"BTC-XYZ is not a valid product"}',
  ],
  answers: [
    `[[${
      SECOND + 60
    },91680.01,91702.5,91690.0,91699.99,3.81861594],[${SECOND},91670.0,91695.2,91671.1,91690.0,5.1]]`,
    '[{"time":"2026-09-22T07:20:00.716579Z","trade_id":9,"price":"91692.53","size":"0.0225","side":"sell"},{"time":"2026-09-22T07:20:00.7Z","trade_id":8,"price":"91692.52","size":"1","side":"buy"},{"time":"2026-09-22T07:20:00.7Z","trade_id":7,"price":"91692.52","size":"1","side":"buy"}]',
    '{"iso":"2026-09-21T13:33:20.123Z","epoch":1790000000.123}',
    '{"id":"BTC-USD","base_currency":"BTC","quote_currency":"USD","quote_increment":"0.01","base_increment":"0.00000001","status":"online","post_only":false,"limit_only":false,"cancel_only":true,"trading_disabled":false,"auction_mode":false}',
    '{"message":"NotFound"}',
  ],
} as const;

/** What Kraken sends and answers. */
export const KRAKEN = {
  frames: [
    '{"channel":"status","type":"update","data":[{"api_version":"v2","connection_id":13834774380200032777,"system":"online","version":"2.0.0"}]}',
    '{"method":"subscribe","result":{"channel":"trade","snapshot":true,"symbol":"BTC/USD"},"success":true,"time_in":"2026-09-22T09:04:31.742599Z","time_out":"2026-09-22T09:04:31.742648Z","req_id":1}',
    '{"channel":"status","data":[{"system":"cancel_only"}]}',
    '{"error":"Currency pair not supported XBT/USDC","method":"subscribe","req_id":1,"success":false,"symbol":"XBT/USDC"}',
    '{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"sell","price":91944.2,"qty":0.00027625,"ord_type":"limit","trade_id":90218208,"timestamp":"2026-09-22T09:04:40.440295Z"},{"symbol":"BTC/USD","side":"buy","price":91944.1,"qty":0.0001246,"ord_type":"limit","trade_id":90218209,"timestamp":"2026-09-22T09:04:40.440295Z"}]}',
    '{"channel":"heartbeat"}',
    '{"method":"pong","req_id":101,"time_in":"2026-09-22T09:04:31.742599Z"}',
  ],
  answers: [
    `{"error":[],"result":{"XXBTZUSD":[[${SECOND},"91940.0","91950.1","91938.8","91944.1","91944.6","0.75066226",12],[${
      SECOND + 60
    },"91944.1","91944.1","91944.1","91944.1","0.0","0.00000000",0]],"last":${SECOND}}}`,
    `{"error":[],"result":{"XXBTZUSD":[["91944.2","0.00027625",${SECOND}.4402951,"s","l","",7],["91944.1","0.0001246",${SECOND}.5,"b","m","",8]],"last":"1790000040500000000"}}`,
    '{"error":[],"result":{"unixtime":1790000000,"rfc1123":"Mon, 21 Sep 26 13:33:20 +0000"}}',
    '{"error":["EAPI:Rate limit exceeded"]}',
    '{"error":["EService: Throttled: 1790000900"]}',
  ],
} as const;
