import assert from "node:assert/strict";
import { decodeManifest, encodeManifest } from "../../../lib/feeds/recording/manifest.ts";
import { writtenUrl } from "../../../lib/feeds/recording/written.ts";
import { MUST_KEEP, MUST_MASK } from "../../model/secrets/texts.ts";

Deno.test("writtenUrl leaves no secret of a path or query, and is the same for what is written already", () => {
  for (const [text, secret] of MUST_MASK.filter(([text]) => /^[a-z]+:\/\//.test(text))) {
    const written = writtenUrl(text);
    assert.ok(!written.includes(secret), written);
    assert.equal(writtenUrl(written), written);
  }
  for (const url of MUST_KEEP.filter((text) => /^[a-z]+:\/\/\S+$/.test(text))) {
    assert.equal(writtenUrl(url), url);
  }
  assert.equal(writtenUrl("wss://me:hunter2@host:1/ws?token=abc"), "wss://host:1/ws?token=***");
});

Deno.test("a manifest holds no secret of the settings, by its name or in an address", () => {
  const manifest = {
    startedAt: 1_700_000_000_000,
    source: "live",
    instruments: ["BTCUSDT"],
    settings: {
      binance: { streamUrl: "wss://me:hunter2@host/ws?apiKey=hunter2", symbols: ["BTCUSDT"] },
      desk: { url: "https://discord.com/api/webhooks/1/hunter2", token: "hunter2", limit: 5 },
    },
  };
  const text = encodeManifest(manifest);
  assert.ok(!text.includes("hunter2"), text);
  const read = decodeManifest(text);
  assert.ok(typeof read === "object");
  assert.deepEqual(read.settings, {
    binance: { streamUrl: "wss://host/ws?apiKey=***", symbols: ["BTCUSDT"] },
    desk: { url: "https://discord.com/api/webhooks/***", token: "***", limit: 5 },
  });
});
