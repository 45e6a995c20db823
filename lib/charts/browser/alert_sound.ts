import type { Severity } from "../../model/alert.ts";

const BEEPS: Readonly<Record<Severity, number>> = { info: 1, minor: 1, major: 2, critical: 3 };
const PITCH_HZ = 880;
const BEEP_S = 0.14;
const GAP_S = 0.09;
const LOUDNESS = 0.25;
/** Several alerts of one moment make one sound, ms. */
const APART_MS = 800;

/** Beeps, the more the graver. Browsers keep pages silent until a click: nothing is even made before {@link unlock}. */
export class AlertSound {
  #context: AudioContext | undefined;
  #playedAt = -Infinity;
  /** Sounds begun; for checks. */
  played = 0;

  /** `locked`: no click has let it play; `unavailable`: this viewer has no sound. */
  get state(): "on" | "locked" | "unavailable" {
    if (typeof AudioContext !== "function") return "unavailable";
    return this.#context?.state === "running" ? "on" : "locked";
  }

  /** Called within a click. */
  async unlock(): Promise<void> {
    if (this.state === "unavailable") return;
    try {
      this.#context ??= new AudioContext();
      await this.#context.resume();
    } catch {
      // It stays locked, and the panel says so.
    }
  }

  play(severity: Severity): void {
    const context = this.#context, now = performance.now();
    if (context === undefined || this.state !== "on" || now - this.#playedAt < APART_MS) return;
    this.#playedAt = now;
    this.played++;
    for (let i = 0; i < BEEPS[severity]; i++) {
      beep(context, context.currentTime + i * (BEEP_S + GAP_S));
    }
  }
}

function beep(context: AudioContext, at: number): void {
  const tone = context.createOscillator(), gain = context.createGain();
  tone.frequency.value = PITCH_HZ;
  // A tone that begins at once clicks.
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.01);
  gain.gain.linearRampToValueAtTime(0, at + BEEP_S);
  tone.connect(gain).connect(context.destination);
  tone.start(at);
  tone.stop(at + BEEP_S);
}
