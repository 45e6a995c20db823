import assert from "node:assert/strict";

const SUBJECT = new URL("local_zone_subject.ts", import.meta.url);

async function answersIn(zone: string): Promise<{ zone: string; weeks: unknown[] }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--no-check", SUBJECT.href],
    env: { TZ: zone },
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("the calendar says the same whatever zone the machine is in", async () => {
  const [first, ...others] = await Promise.all(
    ["UTC", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe"].map(answersIn),
  );
  assert.equal(first?.weeks.length, 5);
  assert.deepEqual(others.map(({ zone }) => zone), [
    "America/New_York",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
  ], "the variable must have moved the local zone");
  for (const { weeks } of others) assert.deepEqual(weeks, first?.weeks);
});
