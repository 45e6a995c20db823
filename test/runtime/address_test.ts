import assert from "node:assert/strict";
import { addressOf, hostPortOf, isLoopback } from "../../lib/runtime/address.ts";

Deno.test("isLoopback knows this machine from others", () => {
  for (const name of ["127.0.0.1", "127.8.8.8", "localhost", "::1", "[::1]"]) {
    assert.ok(isLoopback(name));
  }
  for (const name of ["10.0.0.1", "localhost.example.com", "128.0.0.1"]) {
    assert.ok(!isLoopback(name));
  }
});

Deno.test("addressOf and hostPortOf name the port that an address leaves to its scheme", () => {
  assert.deepEqual(addressOf("http://127.0.0.1:9080/x"), { host: "127.0.0.1", port: 9_080 });
  assert.deepEqual(addressOf("ws://localhost"), { host: "localhost", port: 80 });
  assert.equal(hostPortOf("wss://stream.binance.com/ws"), "stream.binance.com:443");
  assert.equal(hostPortOf("https://api.binance.com:8443"), "api.binance.com:8443");
});
