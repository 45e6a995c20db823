import assert from "node:assert/strict";
import { knownTwsCodes } from "../../lib/wire/tws_codes.ts";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import { type Asked, refusalCause, type Stage, treatmentOf } from "../../lib/wire/tws_refusals.ts";

const ALL: readonly Asked[] = ["listing", "stream", "delayed-stream", "history", "index"];
const PREFIX = "Historical Market Data Service error message:";

function causeOf(code: number, text = "text", isCompeting = false): string {
  return refusalCause(code, text, { isCompeting });
}

function kindOf(code: number, asked: Asked, stage: Stage, text = "text"): string {
  return treatmentOf(refusalCause(code, text, { isCompeting: false }), asked, stage).kind;
}

Deno.test("no code ends at once what was served before", () => {
  const texts = ["", "text", "pacing", "No market data permissions", "different IP address"];
  for (const code of [...knownTwsCodes(), -1, 0, 10_999, 99_999]) {
    for (const text of texts) {
      for (const asked of ALL) {
        const kind = kindOf(code, asked, "served", text);
        assert.notEqual(kind, "final", `${code} ${text} on ${asked}`);
      }
    }
  }
});

Deno.test("refusalCause goes by the code, and by the text only where a code stands for several failures", () => {
  const cases = [
    [200, "any", "contract"],
    [320, "any", "request"],
    [321, "any", "request"],
    [322, "any", "busy"],
    [386, "any", "busy"],
    [354, "pacing", "permission"],
    [10089, "any", "permission"],
    [10091, "any", "permission"],
    [10167, "any", "permission"],
    [10090, "any", "none"],
    [10168, "any", "no-delayed"],
    [10186, "any", "no-delayed"],
    [10197, "any", "competing"],
    [101, "any", "scarce"],
    [10190, "any", "scarce"],
    [10182, "any", "ended"],
    [10225, "any", "ended"],
    [100, "any", "pacing"],
    [165, "any", "none"],
    [166, "any", "busy"],
    [366, "any", "none"],
    [504, "any", "none"],
    [1100, "any", "none"],
    [2103, "any", "none"],
    [2157, "any", "none"],
    [2187, "any", "none"],
    [10147, "any", "none"],
    [99_999, "any", "unclear"],
    [162, `${PREFIX}HMDS query returned no data: ESZ6@CME Trades`, "no-data"],
    [162, `${PREFIX}No historical market data for ES/FUT@CME Last 60`, "no-data"],
    [162, `${PREFIX}Historical data request pacing violation`, "pacing"],
    [162, `${PREFIX}No market data permissions for CME FUT`, "permission"],
    [162, `${PREFIX}API historical data query cancelled: 5`, "trouble"],
    [162, `${PREFIX}HMDS server disconnect occurred`, "trouble"],
    [162, `${PREFIX}Trading TWS session is connected from a different IP address`, "competing"],
    [162, "Serviço indisponível", "trouble"],
    [420, "Invalid Real-time Query:Historical data request pacing violation", "pacing"],
    [420, "Invalid Real-time Query:No market data permissions for CME FUT", "permission"],
    [
      420,
      "Invalid Real-time Query:Trading TWS session is connected from a different IP address",
      "competing",
    ],
    [420, "Ungültige Echtzeitabfrage", "unclear"],
  ] as const;
  for (const [code, text, cause] of cases) {
    assert.equal(causeOf(code, text), cause, `${code} ${text}`);
  }
});

Deno.test("a text that is not known is another session's doing where codes have shown one", () => {
  for (const code of [162, 420]) {
    assert.equal(causeOf(code, "Ungültige Abfrage", true), "competing");
    assert.equal(
      causeOf(code, `${PREFIX}Historical data request pacing violation`, true),
      "pacing",
    );
  }
  assert.equal(causeOf(354, "Ungültige Abfrage", true), "permission");
});

Deno.test("treatmentOf is final from the start only where the account or the settings are wrong", () => {
  const finals = (asked: Asked) =>
    knownTwsCodes().filter((code) => kindOf(code, asked, "first") === "final");
  assert.deepEqual(finals("listing"), [200, 320, 321]);
  const permission = [354, 10089, 10091, 10167, 10168, 10186, 10189];
  assert.deepEqual(finals("stream"), [320, 321, ...permission]);
  assert.deepEqual(finals("history"), permission);
  assert.deepEqual(finals("delayed-stream"), [320, 321, 10168, 10186]);
  assert.equal(kindOf(420, "stream", "first", "No market data permissions for CME FUT"), "final");
});

Deno.test("treatmentOf takes advisories for remarks where delayed data was asked for", () => {
  for (const asked of ["delayed-stream", "index"] as const) {
    for (const code of [354, 10089, 10091, 10167]) {
      for (const stage of ["first", "served"] as const) {
        assert.equal(kindOf(code, asked, stage), "delayed-due", `${code} on ${asked}`);
      }
    }
    assert.equal(kindOf(10090, asked, "first"), "go-on");
  }
});

Deno.test("treatmentOf gives up after hours what was served, never another session, a line or history", () => {
  const givesUpMs = (code: number, asked: Asked, stage: Stage) => {
    const cause = refusalCause(code, "text", { isCompeting: false });
    const treatment = treatmentOf(cause, asked, stage);
    return treatment.kind === "slowly" ? treatment.givesUpMs : undefined;
  };
  for (const code of [200, 321, 322, 354, 420, 99_999]) {
    assert.equal(givesUpMs(code, "stream", "served"), 6 * HOUR, `${code}`);
    assert.equal(givesUpMs(code, "history", "served"), Infinity, `${code}`);
  }
  for (const code of [10197, 101]) {
    for (const asked of ALL) assert.equal(givesUpMs(code, asked, "first"), Infinity);
  }
  assert.equal(givesUpMs(420, "stream", "first"), 10 * MINUTE, "an unknown text may mean the pace");
});
