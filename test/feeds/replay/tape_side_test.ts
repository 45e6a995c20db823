import assert from "node:assert/strict";
import type { Input, Output, StampedInput } from "../../../lib/feeds/recording/tape_row.ts";
import { TapeSide } from "../../../lib/feeds/replay/tape_side.ts";

const at = (at: number, input: Input): StampedInput => ({ ...input, at, wall: 1_000_000 + at });
const TICK: Input = { in: "socket-text", id: 1, text: "tick" };

/** Plays one turn and gives what the program would be told; `act` is what it does about each. */
function play(
  side: TapeSide,
  turn: { input: StampedInput; outputs?: Output[]; lost?: number; isLast?: boolean },
  act: (input: StampedInput) => void = () => {},
): StampedInput[] {
  const told: StampedInput[] = [];
  for (const input of side.inputsOf({ outputs: [], lost: 0, isLast: false, ...turn })) {
    told.push(input);
    act(input);
  }
  side.finish();
  return told;
}

Deno.test("TapeSide gives the recorded randomness, and finds when it is not asked for", () => {
  const side = new TapeSide(() => {});
  const outputs: Output[] = [{ out: "random", value: 0.25 }, { out: "random", value: 0.75 }];
  const drawn: number[] = [];
  play(side, { input: at(0, { in: "start" }), outputs }, () => {
    drawn.push(side.random(), side.random());
  });
  assert.deepEqual(drawn, [0.25, 0.75]);
  assert.equal(side.divergence, undefined);
  play(side, { input: at(1, TICK), outputs }, () => void side.random());
  assert.deepEqual(side.divergence, {
    wall: 1_000_001,
    expected: '{"out":"random","value":0.75}',
    got: "nothing",
  });
});

Deno.test("TapeSide rings a timer when it rang, and when it is due once the program has changed", () => {
  const side = new TapeSide(() => {});
  play(side, { input: at(0, { in: "start" }) }, () => {
    side.startTimer(1, 100);
    side.startTimer(2, 50);
  });
  const ring: Input = { in: "timer", id: 2, delayMs: 50 };
  assert.deepEqual(play(side, { input: at(57, ring) }), [at(57, ring)]);
  play(side, { input: at(60, { in: "timer", id: 1, delayMs: 99 }) });
  assert.match(side.divergence!.got, /timer of 100 ms/);
  const told = play(side, { input: at(350, TICK) }, (input) => {
    if (input.in === "timer") side.startTimer(input.id + 10, 100);
  });
  assert.deepEqual(
    told.map((input) => [input.in, "id" in input ? input.id : 0, input.at, input.wall - 1_000_000]),
    [["timer", 1, 100, 100], ["timer", 11, 200, 200], ["timer", 21, 300, 300]],
  );
});

Deno.test("TapeSide, parted from the recording, answers whoever asked the same, and nobody else", () => {
  const side = new TapeSide(() => {});
  const ask = (id: number, url: string): Output => ({ out: "http-ask", id, url, limitMs: 500 });
  const answer = (id: number): Input => ({
    ...{ in: "http-answer", id, status: 200, headers: {} },
    text: `${id}`,
  });
  play(side, { input: at(0, { in: "start" }), outputs: [ask(1, "u"), ask(2, "v")] }, () => {
    side.ask(1, "w", { timeoutMs: 500 });
    side.ask(2, "u", { timeoutMs: 500 });
  });
  assert.match(side.divergence!.got, /"url":"w"/);
  assert.deepEqual(play(side, { input: at(10, answer(1)) }), [
    at(10, { ...answer(1), id: 2 } as Input),
  ]);
  assert.deepEqual(play(side, { input: at(20, answer(2)) }), []);
  const [late, ...rest] = play(side, { input: at(600, answer(9)) });
  assert.equal(late?.in, "http-failure");
  assert.equal(rest.length, 0);
});

Deno.test("TapeSide, parted from the recording, joins a stream in its middle and says goodbye itself", () => {
  const side = new TapeSide(() => {});
  const url = "wss://x";
  const dial: Output = { out: "socket-dial", id: 1, url };
  play(side, { input: at(0, { in: "start" }), outputs: [dial] }, () => side.dialSocket(1, url));
  play(side, { input: at(1, { in: "socket-open", id: 1 }) });
  play(side, { input: at(2, TICK), lost: 3 }, () => {
    side.closeSocket(1);
    side.dialSocket(2, url);
  });
  assert.deepEqual(
    play(side, { input: at(3, TICK) }).map((input) => [input.in, "id" in input && input.id]),
    [["socket-gone", 1], ["socket-open", 2], ["socket-text", 2]],
  );
  const after: Input[] = [];
  const over = new TapeSide((input) => after.push(input));
  over.closeTcp(4);
  over.end();
  over.closeSocket(5);
  assert.deepEqual(after, [{ in: "tcp-close", id: 4 }, { in: "socket-gone", id: 5 }]);
});
