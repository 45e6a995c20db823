/** The notebook's Stop button, as an `AbortSignal` for whatever the running cell waits for. */
export class StopButton {
  readonly #onPress: () => void;
  readonly #onTrouble: (reason: unknown) => void;
  #controller = new AbortController();
  #presses = 0;

  /**
   * @param onPress called at each press, after the waits were aborted.
   * @param onTrouble takes what `onPress` throws: a press that fails must not kill the kernel.
   */
  constructor(onPress: () => void, onTrouble: (reason: unknown) => void) {
    this.#onPress = onPress;
    this.#onTrouble = onTrouble;
  }

  /** Aborted by the next press. Ask for it anew in each cell: one that has been aborted stays so. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get presses(): number {
    return this.#presses;
  }

  press(): void {
    this.#presses++;
    const pressed = this.#controller;
    // First a fresh signal: what waits next must not be stopped by this press.
    this.#controller = new AbortController();
    pressed.abort(new StopPressed());
    try {
      this.#onPress();
    } catch (error) {
      this.#onTrouble(error);
    }
  }
}

/** What a wait rejects with when Stop is pressed; by its name an `AbortError`. */
export class StopPressed extends DOMException {
  constructor() {
    super("Stopped by the Stop button. The kernel and its variables live on.", "AbortError");
  }
}
