/**
 * A rule of alerts through the page, over the real API: armed, changed, refused at its field, taken away and brought back.
 * Not part of `deno task test`: `deno test -A test/browser/page_rules.ts`. `SCREENSHOTS` names a folder for pictures.
 */
import assert from "node:assert/strict";
import { seriousFindings } from "./support/look.ts";
import { withServedPage } from "./support/served_page.ts";

Deno.test("a rule is written, changed, refused at its field, taken away and brought back", async () => {
  await withServedPage("#view=alerts", async (page, api) => {
    const form = page.locator("[data-form=rules]");
    const fieldOf = (name: string) => form.locator(`[name=${name}]`);
    const ruleNow = async () => {
      const { rules } = (await api.get("/rules")).body;
      return rules.find(({ name }: { readonly name: string }) => name === "far");
    };
    const arm = async (answer = "far is armed.") => {
      await form.getByText("Arm", { exact: true }).click();
      await form.getByText(answer).waitFor();
    };
    const values = { name: "far", of: "BTCUSDT/ES", fire: "below 0.5", keepFiringFor: "10m" };
    for (const [name, value] of Object.entries(values)) await fieldOf(name).fill(value);
    await fieldOf("metric").selectOption("correlation");
    await fieldOf("timeframe").selectOption("5m");
    await arm();
    const written = await ruleNow();
    assert.deepEqual(
      [written.of, written.fire, written.timeframe, written.keepFiringFor],
      ["BTCUSDT/ES", "below 0.5", "5m", "10m"],
    );

    for (const name of Object.keys(values)) await fieldOf(name).fill("");
    await fieldOf("timeframe").selectOption("");
    await form.getByLabel("Edit the rule far").press("Enter");
    assert.equal(await fieldOf("keepFiringFor").inputValue(), "10m");
    assert.equal(await fieldOf("timeframe").inputValue(), "5m");
    await fieldOf("fire").fill("under 0.4");
    await form.getByText("Arm", { exact: true }).click();
    await form.locator("[name=fire][aria-invalid=true]").waitFor();
    const focused = await page.evaluate(() => document.activeElement?.getAttribute("name"));
    assert.equal(focused, "fire", "the field at fault has the focus");
    assert.match(await form.locator("output").textContent() ?? "", /fire.*above X, below X/);
    assert.equal((await ruleNow()).fire, "below 0.5", "what is refused changes nothing");

    await fieldOf("fire").fill("below 0.4");
    assert.equal(await form.locator("[aria-invalid]").count(), 0);
    await fieldOf("fire").press("Enter");
    await form.getByText("Rehearsed below.").waitFor();
    // Of this market no minute is known, so there is nothing to draw.
    await page.locator("[data-panel=rehearsal] comove-feed", { hasText: "far, below 0.4" }).first()
      .waitFor({ state: "attached" });
    assert.equal((await ruleNow()).fire, "below 0.5", "a rehearsal arms nothing");
    await arm();
    const { name, of, timeframe, keepFiringFor, fire } = await ruleNow();
    assert.deepEqual({ name, of, timeframe, keepFiringFor, fire }, {
      name: "far",
      of: "BTCUSDT/ES",
      timeframe: "5m",
      keepFiringFor: "10m",
      fire: "below 0.4",
    });
    assert.deepEqual(await seriousFindings(page, "#forms"), []);
    for (const width of [1_300, 700, 390]) {
      await page.setViewportSize({ width, height: 900 });
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(beyond <= 0, `${beyond} px too wide at ${width}`);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        const folder = Deno.env.get("SCREENSHOTS");
        if (folder !== undefined) {
          await page.screenshot({ path: `${folder}/rules-${width}-${colorScheme}.png` });
        }
      }
    }

    await form.getByLabel("Remove the rule far").click();
    await form.getByText("far is taken away; Arm brings it back.").waitFor();
    assert.equal(await ruleNow(), undefined);
    await arm();
    assert.equal((await ruleNow()).keepFiringFor, "10m");
  });
});
