import assert from "node:assert/strict";
import { say } from "../support/say.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { busKills, PARTS } from "./support/bus_kills.ts";

/** How often, over how many venue hours at speed 60, and where to begin: `TEST_KILLS=100 TEST_HOURS=24 TEST_SEED=1`. */
const KILLS = Number(Deno.env.get("TEST_KILLS") ?? 15);
const HOURS = Number(Deno.env.get("TEST_HOURS") ?? 0.75);
const SEED = Number(Deno.env.get("TEST_SEED") ?? 1);
const STORES = Deno.env.get("TEST_PUBLISHER") === "sqlite";

Deno.test(`${KILLS} kills of publisher, writer, reader, broker and database leave each minute and trade stored once`, () =>
  withTempFolder(async (folder) => {
    const dir = Deno.env.get("TEST_FOLDER") ?? folder;
    const sum = await busKills({
      dir,
      kills: KILLS,
      hours: HOURS,
      seed: SEED,
      publisherStores: STORES,
      onKill: (kills, part) => {
        if (kills % 10 === 0) say(`${kills} kills, the last one of the ${part}`);
      },
    });
    say(JSON.stringify(sum));
    const total = PARTS.reduce((all, part) => all + sum.kills[part], 0);
    assert.equal(total, KILLS);
    assert.ok(sum.minutes > 4 * 60 && sum.trades > 1_000, "there is something to judge");
    const { lost, invented, altered, tradesLost, tradesAltered, tradesDoubled, findings } = sum;
    assert.deepEqual(
      { lost, invented, altered, tradesLost, tradesAltered, tradesDoubled, findings },
      {
        lost: [],
        invented: 0,
        altered: [],
        tradesLost: 0,
        tradesAltered: 0,
        tradesDoubled: 0,
        findings: [],
      },
    );
    assert.equal(sum.reader.other, 0);
    assert.ok(sum.reader.minutes > 200, `${sum.reader.minutes} minutes of the reader`);
  }));
