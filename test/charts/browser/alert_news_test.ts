import assert from "node:assert/strict";
import { alertNews, type SeenStore } from "../../../lib/charts/browser/alert_news.ts";
import type { PageAlert } from "../../../lib/charts/alert_view.ts";

function storeOf(): SeenStore {
  const values = new Map<string, unknown>();
  return {
    get: (id) => values.get(id),
    set: (id, value) => void values.set(id, JSON.parse(JSON.stringify(value))),
  };
}

function alertOf(id: string, kind: PageAlert["kind"] = "firing"): PageAlert {
  return { id, rule: "r", severity: "minor", kind, message: "m", utc: "u", source: "simulated" };
}

function kindsOf(store: SeenStore, key: string, alerts: readonly PageAlert[]): string[] {
  return alertNews(store, key, alerts).map(({ alert, kind }) => `${alert.id} ${kind}`);
}

Deno.test("what a page shows at first is no news; what comes after is, once", () => {
  const store = storeOf();
  assert.deepEqual(kindsOf(store, "k", [alertOf("a")]), []);
  assert.deepEqual(kindsOf(store, "k", [alertOf("a"), alertOf("b")]), ["b new"]);
  assert.deepEqual(kindsOf(store, "k", [alertOf("a"), alertOf("b")]), []);
  assert.deepEqual(kindsOf(store, "k", [alertOf("a", "repeat-1"), alertOf("b", "resolved")]), [
    "a again",
    "b again",
  ]);
});

Deno.test("an empty page at first makes the first alert news", () => {
  const store = storeOf();
  assert.deepEqual(kindsOf(store, "k", []), []);
  assert.deepEqual(kindsOf(store, "k", [alertOf("a")]), ["a new"]);
});

Deno.test("another run's alerts are not those of the run before, though their ids are", () => {
  const store = storeOf();
  kindsOf(store, "one", []);
  assert.deepEqual(kindsOf(store, "one", [alertOf("a")]), ["a new"]);
  kindsOf(store, "two", []);
  assert.deepEqual(kindsOf(store, "two", [alertOf("a")]), ["a new"]);
});

Deno.test("no more than a hundred ids are kept, the newest, and what cannot be read is as nothing", () => {
  const store = storeOf();
  kindsOf(store, "k", []);
  for (let i = 0; i < 300; i++) kindsOf(store, "k", [alertOf(`a${i}`)]);
  const kept = store.get("k") as unknown[];
  assert.equal(kept.length, 100);
  assert.deepEqual(kept.at(-1), ["a299", "firing"]);
  for (const broken of [7, "x", { a: 1 }, null]) {
    store.set("k", broken);
    assert.deepEqual(kindsOf(store, "k", [alertOf("a")]), []);
  }
});
