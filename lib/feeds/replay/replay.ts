import type { AfterTurn } from "../../runtime/after_turn.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import type { Outside } from "../outside.ts";
import { ProgramSide } from "../recording/program_side.ts";
import type { TapeEnding, TapeReader } from "../recording/tape_reader.ts";
import type { StampedInput } from "../recording/tape_row.ts";
import { ReplayPace } from "./replay_pace.ts";
import { type Divergence, TapeSide } from "./tape_side.ts";
import { type Turn, turnsOf } from "./turns.ts";

export interface ReplayOptions {
  readonly tape: TapeReader;
  /** Recorded seconds per second; Infinity is as fast as it goes. */
  readonly speed: number;
  /** Paces the replay; the market sees the time of the recording. */
  readonly clock: Clock;
  readonly afterTurn: AfterTurn;
  readonly log: Log;
}

/** What a replay came to. */
export interface ReplayOutcome {
  /** False when it was stopped before its end. */
  readonly isOver: boolean;
  /** Inputs played. */
  readonly inputs: number;
  /** How the recording ended; undefined when the replay did not come so far. */
  readonly ending: TapeEnding | undefined;
  /** Where the program parted from what it did when it was recorded; undefined when it never did. */
  readonly divergence: Divergence | undefined;
}

/**
 * Plays a recording to a market: the far end of all its ports. The market lives in the time of the recording and
 * does what it did then; where the recording ends, time stands still.
 */
export class Replay implements Outside {
  /** What is played. */
  readonly tape: TapeReader;
  readonly #options: ReplayOptions;
  readonly #far: TapeSide;
  readonly #program: ProgramSide;
  readonly #pace: ReplayPace;
  readonly #stop = new AbortController();
  readonly #outcome = Promise.withResolvers<ReplayOutcome>();
  readonly clock;
  readonly random;
  readonly httpGet;
  readonly openWebSocket;
  readonly connectTcp;
  #stamp: StampedInput = { in: "start", at: 0, wall: 0 };
  #inputs = 0;
  #hasBegun = false;
  #isOver = false;

  /** @throws {RangeError} when the speed is not above 0. */
  constructor(options: ReplayOptions) {
    const { speed } = options;
    if (!(speed > 0)) throw new RangeError(`speed must be a number above 0, got ${speed}`);
    this.#options = options;
    this.#pace = new ReplayPace(options.clock, speed);
    this.tape = options.tape;
    this.#far = new TapeSide((input) =>
      void Promise.resolve().then(() => this.#program.deliver(input))
    );
    this.#program = new ProgramSide(this.#far, {
      now: () => this.#stamp.wall,
      monotonic: () => this.#stamp.at,
    });
    this.clock = this.#program.clock;
    this.random = () => this.#far.random();
    this.httpGet = this.#program.httpGet;
    this.openWebSocket = this.#program.openWebSocket;
    this.connectTcp = this.#program.connectTcp;
  }

  /** Settles when the recording is over or the replay was stopped; never rejects. */
  get outcome(): Promise<ReplayOutcome> {
    return this.#outcome.promise;
  }

  /** True once the recording was played to its end: nothing comes any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Wall clock of the recording at the newest input, epoch ms UTC; 0 before the first. */
  get recordedNow(): number {
    return this.#stamp.wall;
  }

  /** The market is open: from now on the replay keeps its pace. Called by `openMarket`. */
  keepPace(): void {
    this.#pace.begin();
  }

  /** True between {@link Replay.pause} and {@link Replay.resume}. */
  get isPaused(): boolean {
    return this.#pace.isPaused;
  }

  /** The market's time stands still, and nothing comes in, until {@link Replay.resume}. Safe to call twice. */
  pause(): void {
    this.#pace.pause();
  }

  /** Goes on where it was paused. Safe to call twice. */
  resume(): void {
    this.#pace.resume();
  }

  begin<T>(make: () => T): Promise<T> {
    if (this.#hasBegun) throw new Error("a replay begins once");
    this.#hasBegun = true;
    return new Promise((resolve, reject) => {
      let isMade = false;
      this.#program.onStart = () => {
        isMade = true;
        try {
          resolve(make());
        } catch (error) {
          reject(error);
        }
      };
      this.#run().catch(reject).then(() => {
        // An empty recording, without even a start: replay a market in which time stands still.
        if (!isMade) this.#program.onStart();
      });
    });
  }

  /** Ends it; whatever the market closes from now on is gone at once. Safe to call twice. */
  stop(): void {
    this.#stop.abort(new Error("the replay was stopped"));
    this.#far.end();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    try {
      for await (const turn of turnsOf(this.tape)) {
        await this.#pace.until(turn.input.at, signal);
        if (signal.aborted) break;
        await this.#play(turn);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#finish();
    }
  }

  async #play(turn: Turn): Promise<void> {
    this.#inputs++;
    for (const input of this.#far.inputsOf(turn)) {
      this.#stamp = input;
      this.#program.stamp = input;
      this.#program.deliver(input);
      await new Promise<void>((resolve) => this.#options.afterTurn(resolve));
      this.#program.stamp = undefined;
    }
    const before = this.#far.divergence;
    this.#far.finish();
    const { divergence } = this.#far;
    if (before === undefined && divergence !== undefined) this.#reportDivergence(divergence);
  }

  #reportDivergence(divergence: Divergence): void {
    this.#options.log.warn(
      "The program no longer does what it did when this was recorded; from here on the replay goes by due times.",
      { ...divergence },
    );
  }

  #finish(): void {
    const { log } = this.#options;
    const isOver = this.#isOver = !this.#stop.signal.aborted;
    const ending = isOver ? this.tape.ending : undefined;
    this.#far.end();
    const { divergence } = this.#far;
    if (ending?.kind === "cut") {
      log.warn("The recording was cut; all before is whole.", { ...ending });
    }
    if (isOver) log.info("The replay is over.", { inputs: this.#inputs });
    this.#outcome.resolve({ isOver, inputs: this.#inputs, ending, divergence });
  }
}
