import assert from "node:assert/strict";
import { z } from "@hono/zod-openapi";
import { statusOf } from "../../lib/api/market_status_body.ts";
import { ApiProblem } from "../../lib/api/problem.ts";
import { readBody } from "../../lib/api/request_body.ts";
import { MarketError } from "../../lib/model/errors.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { withApi } from "./api_fixture.ts";

Deno.test("a defect is answered without what it says", async () => {
  await withApi(async ({ market, get }) => {
    Object.assign(market, {
      coverage: () => {
        throw new Error("no file /home/me/private.db");
      },
    });
    const { status, body } = await get("/coverage/ES");
    assert.equal(status, 500);
    assert.doesNotMatch(JSON.stringify(body), /private/);
  });
});

Deno.test("errors of venues and streams are shown without the secrets in them", async () => {
  await withApi(({ market }) => {
    const secret = "wss://me:hunter2@host:1 refused, token=abcdefgh";
    const error = new MarketError("gone", "retry", secret);
    const status = market.status();
    const changed = {
      ...status,
      message: secret,
      venues: status.venues.map((venue) => ({ ...venue, lastError: error })),
      streams: status.streams.map((stream) => ({ ...stream, error })),
    };
    const text = JSON.stringify(statusOf({ status: () => changed }));
    assert.ok(text.includes("refused"), "the errors are there");
    assert.doesNotMatch(text, /hunter2|abcdefgh/);
    return Promise.resolve();
  });
});

Deno.test("a body that does not come to its end is refused after its time", async () => {
  const clock = new ManualClock();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("{")),
  });
  const request = new Request("http://127.0.0.1/", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  const reading = readBody(request, { schema: z.object({}) }, clock);
  const refused = assert.rejects(
    reading,
    (error) => error instanceof ApiProblem && error.status === 408,
  );
  await clock.advance(11_000);
  await clock.advance(2_000);
  await refused;
});
