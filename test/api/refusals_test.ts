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

// No schema can say that one parameter lies before another, so such a request is valid and asks for nothing.
Deno.test("each route that takes a range answers one whose end lies before its begin with no rows", async () => {
  await withApi(async ({ close, get }) => {
    for (let minute = 0; minute < 5; minute++) await close(minute);
    const { body } = await get("/openapi.json");
    const names = (parameters: readonly { name: string }[] = []) =>
      parameters.map(({ name }) => name);
    const taking = Object.keys(body.paths).filter((path) => {
      const taken = names(body.paths[path].get?.parameters);
      return taken.includes("from") && taken.includes("to") && !path.includes("/exports/");
    });
    assert.ok(taking.length >= 6, `only ${taking}`);
    for (const path of taking) {
      const place = path.replace("/api/v1", "").replace("{id}", "ES");
      const needed = names(body.paths[path].get.parameters).includes("pair")
        ? "pair=BTCUSDT/ES&"
        : "";
      const { status, body: answer } = await get(`${place}?${needed}from=2000&to=1000`);
      assert.ok(status === 200 || status === 409, `${path}: ${status}`);
      if (status === 409) continue;
      const n = answer.columns.indexOf("n");
      const isOfNothing = path.includes("/statistics/")
        ? answer.data[0][n] === 0
        : answer.data.length === 0;
      assert.ok(isOfNothing, `${path}: ${JSON.stringify(answer)}`);
    }
  });
});

Deno.test("statistics of a range that ends before it begins, or of one behind all that is known, are of nothing", async () => {
  await withApi(async ({ close, get }) => {
    for (let minute = 0; minute < 5; minute++) await close(minute);
    for (const range of [`from=${8e12}`, `from=${8e12}&to=1000`]) {
      const { body } = await get(`/statistics/ES?${range}`);
      const [begin, end, n] = ["from", "to", "n"].map((name) =>
        body.data[0][body.columns.indexOf(name)]
      );
      assert.deepEqual([begin, end, n], [8e12, 8e12, 0]);
    }
  });
});
