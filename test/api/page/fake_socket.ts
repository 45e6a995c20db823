import type { PageMessage } from "../../../lib/api/page/page_message.ts";
import type { ServerSocket } from "../../../lib/runtime/web_server.ts";

/** A page's end of a socket, without a network. */
export class FakeSocket implements ServerSocket {
  buffered = 0;
  readonly sent: PageMessage[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  #onText: (text: string) => void = () => {};
  #onOpen: () => void = () => {};
  readonly #onClose: (() => void)[] = [];

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(code: number, reason: string): void {
    this.closed ??= { code, reason };
    for (const callback of this.#onClose) callback();
  }

  onOpen(callback: () => void): void {
    this.#onOpen = callback;
  }

  onText(callback: (text: string) => void): void {
    this.#onText = callback;
  }

  onClose(callback: () => void): void {
    this.#onClose.push(callback);
  }

  open(): void {
    this.#onOpen();
  }

  /** What the page sends. */
  say(choice: unknown): void {
    this.#onText(typeof choice === "string" ? choice : JSON.stringify(choice));
  }

  /** What came of a type, oldest first. */
  of<T extends PageMessage["type"]>(type: T): Extract<PageMessage, { type: T }>[] {
    return this.sent.filter((one): one is Extract<PageMessage, { type: T }> => one.type === type);
  }
}
