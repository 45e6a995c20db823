import type { AfterTurn } from "../../runtime/after_turn.ts";
import { type Machine, MachineSide } from "./machine_side.ts";
import type { Outside } from "../outside.ts";
import { ProgramSide } from "./program_side.ts";
import type { Input, Row, StampedInput } from "./tape_row.ts";

/** Where rows go: a `TapeWriter`, or a test. */
export interface RowSink {
  write(row: Row): void;
  end(): Promise<void>;
}

export interface RecordingOptions {
  readonly machine: Machine;
  readonly afterTurn: AfterTurn;
  readonly sink: RowSink;
}

/**
 * Records a market: hands it ports that write down everything that passes through them, with the time.
 *
 * What comes in (a message, an answer, a timer) is stamped when it arrives and delivered one at a time, and the clock
 * that the market sees stands still meanwhile. So a replay, which does the same, does not merely resemble the
 * recorded run: it is the same computation. What the market receives is what is written, byte for byte.
 */
export class Recording implements Outside {
  readonly #afterTurn: AfterTurn;
  readonly #machine: Machine;
  readonly #sink: RowSink;
  readonly #far: MachineSide;
  readonly #program: ProgramSide;
  readonly clock;
  readonly random;
  readonly httpGet;
  readonly openWebSocket;
  readonly connectTcp;
  #queue: StampedInput[] = [];
  #isBusy = false;
  #isOver = false;
  #ending: Promise<void> | undefined;

  constructor({ machine, afterTurn, sink }: RecordingOptions) {
    this.#machine = machine;
    this.#afterTurn = afterTurn;
    this.#sink = sink;
    this.#far = new MachineSide(
      machine,
      (input) => this.#take(input),
      (output) => this.#write(output),
    );
    this.#program = new ProgramSide(this.#far, machine.clock);
    this.clock = this.#program.clock;
    this.random = () => this.#far.random();
    this.httpGet = this.#program.httpGet;
    this.openWebSocket = this.#program.openWebSocket;
    this.connectTcp = this.#program.connectTcp;
  }

  begin<T>(make: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#program.onStart = () => {
        try {
          resolve(make());
        } catch (error) {
          reject(error);
        }
      };
      this.#take({ in: "start" });
    });
  }

  /** Nothing is written from now on; the market streams on. */
  stop(): void {
    this.#isOver = true;
  }

  /** Ends the recording in order. To be called when the market is closed, so that nothing is left under way. */
  end(): Promise<void> {
    this.#isOver = true;
    this.#ending ??= this.#far.settled().then(() => this.#sink.end());
    return this.#ending;
  }

  #write(row: Row): void {
    if (!this.#isOver) this.#sink.write(row);
  }

  #take(input: Input): void {
    const { clock } = this.#machine;
    this.#queue.push({ at: clock.monotonic(), wall: clock.now(), ...input });
    if (!this.#isBusy) this.#next();
  }

  #next(): void {
    let input = this.#queue.shift();
    while (input !== undefined && !this.#program.wants(input)) input = this.#queue.shift();
    this.#isBusy = input !== undefined;
    if (input === undefined) return;
    this.#program.stamp = input;
    this.#write(input);
    this.#afterTurn(() => {
      this.#program.stamp = undefined;
      this.#next();
    });
    this.#program.deliver(input);
  }
}
