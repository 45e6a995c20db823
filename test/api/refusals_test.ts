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

Deno.test("each route that takes a range refuses one whose end lies before its begin", async () => {
  await withApi(async ({ close, get }) => {
    await close(0);
    const { body } = await get("/openapi.json");
    const names = (parameters: readonly { name: string }[] = []) =>
      parameters.map(({ name }) => name);
    // Of the files one: each costs much of what a peer may ask for.
    const taking = Object.keys(body.paths).filter((path) => {
      const taken = names(body.paths[path].get?.parameters);
      const isOtherFile = path.includes("/exports/") && !path.endsWith("/bars");
      return taken.includes("from") && taken.includes("to") && !isOtherFile;
    });
    assert.ok(taking.length >= 7, `only ${taking}`);
    for (const path of taking) {
      const place = path.replace("/api/v1", "").replace("{id}", "ES");
      const needed = names(body.paths[path].get.parameters).includes("pair")
        ? "pair=BTCUSDT/ES&"
        : "";
      const { status, body: problem } = await get(`${place}?${needed}from=2000&to=1000`);
      assert.equal(status, 400, path);
      assert.deepEqual(problem.errors, [
        { pointer: "/query/from", rule: "must not be after to, which is 1000", value: 2000 },
      ], path);
      // An empty range is one.
      const empty = await get(`${place}?${needed}from=1000&to=1000`);
      assert.notEqual(empty.status, 400, path);
    }
  });
});

Deno.test("statistics of a range behind all that is known are of nothing, and end no sooner than they begin", async () => {
  await withApi(async ({ close, get }) => {
    for (let minute = 0; minute < 5; minute++) await close(minute);
    const { body } = await get(`/statistics/ES?from=${8e12}`);
    const [begin, end, n] = ["from", "to", "n"].map((name) =>
      body.data[0][body.columns.indexOf(name)]
    );
    assert.deepEqual([begin, end, n], [8e12, 8e12, 0]);
  });
});
