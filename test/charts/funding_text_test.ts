import assert from "node:assert/strict";
import { fundingNote } from "../../lib/charts/funding_text.ts";

const NOW = Date.UTC(2026, 0, 12, 14, 2);
const NEXT = Date.UTC(2026, 0, 12, 16);
const said = (fields: object) =>
  fundingNote([{
    label: "BTC",
    estimate: {
      time: NOW - 20_000,
      markPrice: 100,
      indexPrice: null,
      rate: 0.0001,
      nextTime: NEXT,
      ...fields,
    },
  }], NOW);

Deno.test("the next funding is said with its rate and times, and as not known where it is not", () => {
  assert.equal(said({}), "next funding of BTC +0.0100 % at 16:00 UTC, as of 14:01 UTC");
  assert.equal(
    said({ rate: -0.00025, nextTime: Date.UTC(2026, 0, 13) }),
    "next funding of BTC −0.0250 % at 2026-01-13 00:00 UTC, as of 14:01 UTC",
  );
  assert.match(said({ rate: 0 }), /BTC \+0\.0000 % at/);
  const unknown = "next funding of BTC not known";
  for (const fields of [{ rate: null }, { nextTime: null }, { nextTime: NOW }]) {
    assert.equal(said(fields), unknown);
  }
  assert.equal(fundingNote([{ label: "BTC", estimate: undefined }], NOW), unknown);
  assert.equal(fundingNote([], NOW), "");
});
