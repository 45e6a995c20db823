import assert from "node:assert/strict";
import { withApi } from "./api_fixture.ts";

Deno.test("what lacks of an instrument grows while it is silent, and an answer that was kept says so", async () => {
  await withApi(async ({ close, get }) => {
    for (let minute = 0; minute < 30; minute++) await close(minute);
    const whole = await get("/coverage/ES"), counted = await get("/statistics/ES");
    assert.deepEqual([whole.body.expected, whole.body.missing.data], [30, []]);
    for (let minute = 30; minute < 35; minute++) await close(minute, ["ES"]);
    const { body, response } = await get("/coverage/ES");
    assert.equal(body.expected, 35);
    assert.deepEqual(body.missing.data.map((row: number[]) => row[2]), [5]);
    assert.notEqual(response.headers.get("etag"), whole.response.headers.get("etag"));
    const later = await get("/statistics/ES");
    assert.equal(later.body.expected, counted.body.expected + 5);
  });
});
