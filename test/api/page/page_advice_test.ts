import assert from "node:assert/strict";
import { PAGE_ADVICE } from "../../../lib/api/page/page_advice.ts";
import type { PageChoice } from "../../../lib/api/page/page_choice.ts";
import { PAGE_VIEWS } from "../../../lib/api/page/page_views.ts";
import type { Market } from "../../../lib/market/market.ts";
import { type Advice, NOTEBOOK_ADVICE } from "../../../lib/model/advice.ts";
import { sentenceOf } from "../../../lib/model/sentence_of.ts";
import type { Frame, Panel } from "../../../lib/notebook/panel.ts";
import { BITCOIN, ES, ETHER, fakeMarket } from "../../support/fake_market.ts";

/** What only someone with a notebook can do. */
const OF_NOTEBOOKS =
  /\bmarket\.[a-z]\w*|\b(?:run|from) (?:the|that|this|a|its) cell\b|\b[a-z]+[A-Z]\w*\(|rehearsalPanel/;

function read({ html, text }: Frame): string {
  return `${html.replaceAll(/<[^>]*>/g, " ").replaceAll("&quot;", '"')}\n${text}`;
}

/** What comes of a drawing: the reason where it fails, which the status line gives. */
async function drawn(draw: () => Frame | undefined | Promise<Frame>): Promise<string> {
  try {
    const frame = await draw();
    return frame === undefined ? "" : read(frame);
  } catch (error) {
    return sentenceOf(error);
  }
}

/** All that a panel says at this moment. */
async function saidBy(panel: Panel): Promise<string> {
  const texts = [await drawn(() => panel.mount?.("id")), await drawn(() => panel.draw("id"))];
  for (const part of panel.parts ?? []) texts.push(await drawn(() => part.draw("id")));
  const { troubles = [], trouble } = panel.freshness();
  return [...texts, ...troubles, trouble].join("\n");
}

/** Every panel of the page as it is made, by view and name; a refusal in place of one that cannot be. */
function pagePanels(market: Market, pair: string): Map<string, Panel | string> {
  const made = new Map<string, Panel | string>();
  for (const view of PAGE_VIEWS) {
    for (const { name, make } of view.panels) {
      const choice = { view: view.name, pair, timeframe: "1m" } as PageChoice;
      try {
        made.set(`${view.name} ${name}`, make(market, choice));
      } catch (error) {
        made.set(`${view.name} ${name}`, sentenceOf(error));
      }
    }
  }
  return made;
}

/** What all panels say of a market in every state in which they give advice. */
async function saidInAllStates(advice: Advice): Promise<Map<string, string>> {
  const { market, feeds, close } = fakeMarket([BITCOIN, ES], { advice });
  const said = new Map<string, string>();
  const note = async (state: string, panels: ReadonlyMap<string, Panel | string>) => {
    for (const [name, panel] of panels) {
      said.set(`${name}, ${state}`, typeof panel === "string" ? panel : await saidBy(panel));
    }
  };
  const first = pagePanels(market, "BTCUSDT/ES");
  await note("before any minute", first);
  for (let minute = 0; minute < 30; minute++) await close(minute);
  // A minute without a trade is worth a look each time.
  const flat = { open: 1_000, high: 1_000, low: 1_000, close: 1_000, volume: 0 };
  for (let minute = 30; minute < 60; minute++) {
    feeds.get("binance")!.bar("BTCUSDT", minute, flat);
    await close(minute, ["BTCUSDT"]);
  }
  await note("with data", first);
  await note("of what is not followed", pagePanels(market, `BTCUSDT/${ETHER.id}`));
  market.unfollow("ES");
  await note("of what is gone", first);
  await market.close();
  await note("closed", first);
  return said;
}

Deno.test("no panel of the page advises what only a notebook has", async () => {
  const said = await saidInAllStates(PAGE_ADVICE);
  const found = [...said].flatMap(([panel, text]) => {
    const [words] = OF_NOTEBOOKS.exec(text) ?? [];
    return words === undefined ? [] : [`${panel}: ${words}`];
  });
  assert.deepEqual(found, []);
  const all = [...said.values()].join("\n");
  for (
    const advice of [
      "Instruments, under Data health, follows ES again",
      "follow ETHUSDT in Instruments, under Data health",
      "follow BTCUSDT@usdm or BTC-USD@coinbase or BTC-USD@kraken in Instruments, under Data health",
      "start the server again",
      "Rules, beside this, makes one",
      "are not shown",
    ]
  ) assert.ok(all.includes(advice), advice);
});

Deno.test("the same panels of a notebook name its calls", async () => {
  const all = [...(await saidInAllStates(NOTEBOOK_ADVICE)).values()].join("\n");
  for (
    const advice of [
      'market.follow("ES") brings it back',
      'or run market.follow("ETHUSDT") first',
      'market.follow("BTCUSDT@usdm"), market.follow("BTC-USD@coinbase") or market.follow("BTC-USD@kraken")',
      "run the cell that opens it again",
      "No rule is armed: armAlerts(market",
      'market.flags("ES")',
    ]
  ) assert.ok(all.includes(advice), advice);
});
