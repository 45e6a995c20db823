import assert from "node:assert/strict";
import { PageBoard } from "../../../lib/api/page/page_board.ts";
import type { PageView } from "../../../lib/api/page/page_views.ts";
import type { Market } from "../../../lib/market/market.ts";
import type { Panel } from "../../../lib/notebook/panel.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { FakeSocket } from "./fake_socket.ts";

/** Panels that count who listens, and draw a number that goes up. */
class Stage {
  drawn = 0;
  made: string[] = [];
  listeners = new Set<() => void>();
  /** What the panel `late` waits for. */
  isReady = false;

  panel(name: string): Panel {
    this.made.push(name);
    return {
      draw: () => Promise.resolve({ html: `<b>${name} ${++this.drawn}</b>`, text: name }),
      freshness: () => ({ isStale: false, dataTime: 0, source: "simulated" }) as never,
      subscribe: (onChange) => {
        this.listeners.add(onChange);
        return () => this.listeners.delete(onChange);
      },
    };
  }

  get views(): readonly PageView[] {
    return [
      {
        name: "one",
        title: "One",
        uses: ["pair"],
        panels: [
          { name: "a", title: "A", make: (_, { pair }) => this.panel(`a of ${pair ?? "first"}`) },
          {
            name: "broken",
            title: "Broken",
            make: () => {
              throw new RangeError("pair must be one of X/Y, got Z");
            },
          },
        ],
      },
      {
        name: "two",
        title: "Two",
        uses: [],
        panels: [{ name: "b", title: "B", make: () => this.panel("b") }, {
          name: "late",
          title: "Late",
          make: () => {
            if (!this.isReady) throw new RangeError("there is no pair");
            return this.panel("late");
          },
        }],
      },
    ];
  }
}

function rig() {
  const stage = new Stage();
  const clock = new ManualClock();
  let onEvent: (event: { kind: string }) => void = () => {};
  const market = {
    instruments: [],
    pairs: [],
    source: "simulated",
    venueTime: NaN,
    status: () => ({ message: "All streams deliver.", venues: [], channels: [] }),
    onEvent: (listener: typeof onEvent) => {
      onEvent = listener;
      return () => {};
    },
  } as unknown as Market;
  let seed = 0;
  const random = () => (seed = (seed + 0.137) % 1);
  const board = new PageBoard({ market, clock, random, log: silentLog, views: stage.views });
  const connect = () => {
    const socket = new FakeSocket();
    board.take(socket);
    socket.open();
    return socket;
  };
  /** The last displays are let out on the clock. */
  const close = () => Promise.all([board.close(), clock.advance(1_000)]);
  return { market, stage, clock, board, connect, close, follow: () => onEvent({ kind: "follow" }) };
}

/** The newest HTML of a panel's displays in one text. */
function shown(socket: FakeSocket, key: string): string {
  const slots = new Map(
    socket.of("slot").filter(({ panel }) => panel === key).map(({ slot, html }) => [slot, html]),
  );
  return [...slots.values()].join("");
}

Deno.test("a page is offered the views, and gets the panels of the one that it chooses", async () => {
  const { clock, connect, close } = rig();
  const page = connect();
  assert.deepEqual(page.of("offer")[0]?.offer.views.map(({ name }) => name), ["one", "two"]);
  assert.equal(page.of("beat")[0]?.venueTime, null);
  page.say({ view: "one" });
  await clock.advance(100);
  assert.deepEqual(page.of("view")[0]?.panels.map(({ name }) => name), ["a", "broken"]);
  assert.match(shown(page, "one a "), /a of first 1/);
  assert.match(shown(page, "one a "), /comove-state/);
  const types = page.sent.map(({ type }) => type);
  assert.ok(
    types.indexOf("pulse") < types.indexOf("slot"),
    "live at once, before the next heartbeat",
  );
  const before = page.of("pulse").length;
  await clock.advance(6_000);
  assert.equal(page.of("pulse").length - before, 3);
  await close();
});

Deno.test("a panel that cannot be made is a fault of its own, and the others go on", async () => {
  const { clock, connect, close } = rig();
  const page = connect();
  page.say({ view: "one" });
  await clock.advance(100);
  assert.deepEqual(page.of("fault").map(({ panel, message }) => [panel, message]), [
    ["one broken ", "pair must be one of X/Y, got Z"],
  ]);
  assert.match(shown(page, "one a "), /a of first/);
  await close();
});

Deno.test("a panel that could not be made is made as soon as what it takes is followed", async () => {
  const { stage, clock, connect, close, follow } = rig();
  const page = connect();
  page.say({ view: "two" });
  await clock.advance(100);
  assert.equal(page.of("fault")[0]?.message, "there is no pair");
  stage.isReady = true;
  follow();
  await clock.advance(100);
  assert.match(shown(page, "two late"), /late/);
  const made = stage.made.length;
  follow();
  await clock.advance(100);
  assert.equal(stage.made.length, made, "what goes on is not made again");
  const later = connect();
  later.say({ view: "two" });
  await clock.advance(100);
  assert.deepEqual(later.of("fault"), []);
  await close();
});

Deno.test("pages with the same choice share one drawing; a later one gets all that is there", async () => {
  const { stage, clock, connect, close } = rig();
  const first = connect(), second = connect();
  first.say({ view: "one", pair: "X/Y" });
  await clock.advance(2_000);
  second.say({ view: "one", pair: "X/Y", days: 7 });
  await clock.advance(100);
  assert.deepEqual(stage.made, ["a of X/Y"]);
  assert.equal(shown(second, "one a X/Y"), shown(first, "one a X/Y"));
  for (const changed of stage.listeners) changed();
  await clock.advance(1_100);
  assert.match(shown(first, "one a X/Y"), /a of X\/Y 2/);
  assert.equal(shown(second, "one a X/Y"), shown(first, "one a X/Y"));
  await close();
});

Deno.test("a panel is not drawn once nobody has looked at it for ten seconds, nor while it is folded", async () => {
  const { stage, clock, board, connect, close } = rig();
  const page = connect();
  page.say({ view: "two" });
  await clock.advance(100);
  assert.equal(stage.listeners.size, 1);
  page.say({ view: "two", folded: ["b"] });
  await clock.advance(5_000);
  page.say({ view: "two" });
  await clock.advance(8_000);
  assert.deepEqual([stage.made, stage.listeners.size], [["b"], 1]);
  page.close(1000, "left");
  await clock.advance(11_000);
  assert.deepEqual([stage.listeners.size, board.counts], [0, {
    readers: 0,
    panels: 0,
    dropped: 0,
  }]);
  await close();
});

Deno.test("what a page may not ask for is refused with the rule", async () => {
  const { clock, connect, close } = rig();
  const page = connect();
  for (const asked of [{ view: "three" }, { view: "one", dayz: 1 }, "no json", "x".repeat(5_000)]) {
    page.say(asked);
    await clock.advance(100);
  }
  const refused = page.of("refused").map(({ message }) => message);
  assert.equal(refused.length, 4);
  assert.match(refused[0]!, /view must be one of one, two, got three/);
  assert.match(refused[1]!, /did you mean days/);
  await close();
});

Deno.test("the page is called live only where all that trades is", () => {
  const { market, connect } = rig();
  const follow = (sources: Record<string, string>) => {
    const instruments = Object.keys(sources).map((id) => ({
      id,
      kind: id === "VIX" ? "index" : "future",
      venue: "ibkr",
      exchange: "CME",
      currency: "USD",
    }));
    Object.assign(market, { source: "live", instruments, sourceOf: (id: string) => sources[id] });
    return connect().of("beat")[0]?.source;
  };
  assert.equal(follow({ BTCUSDT: "live", ES: "live", VIX: "delayed" }), "live");
  assert.equal(follow({ BTCUSDT: "live", ES: "delayed" }), "delayed");
  assert.equal(follow({ BTCUSDT: "simulated", ES: "live" }), "simulated");
  assert.equal(follow({}), "live");
});

Deno.test("pages learn what is followed, and no timer is left when the board closes", async () => {
  const { clock, connect, close, follow } = rig();
  const page = connect();
  page.say({ view: "two" });
  await clock.advance(100);
  follow();
  assert.equal(page.of("offer").length, 2);
  await close();
  assert.deepEqual([page.closed?.code, clock.pending], [1001, 0]);
});
