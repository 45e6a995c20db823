import { z } from "@hono/zod-openapi";
import { SECOND } from "../../model/time.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { ServerSocket } from "../../runtime/web_server.ts";
import { MOST_WAITING, SendBudget } from "./send_budget.ts";
import type { StreamHub } from "./stream_hub.ts";

const MOST_TEXT = 64_000;
const MOST_ORDERS_A_SECOND = 50;

const NAMES = z.array(z.string().min(1).max(160)).min(1).max(500);
const ORDER = z.discriminatedUnion("op", [
  z.strictObject({
    op: z.literal("subscribe"),
    channels: NAMES,
    /** The newest number that the reader has of each channel, where it comes back. */
    after: z.record(z.string(), z.int().min(0)).default({}),
  }),
  z.strictObject({ op: z.literal("unsubscribe"), channels: NAMES }),
]);

/** Reads channels through a WebSocket: takes orders, sends what the channels send, and drops a peer that is too slow. */
export function readBySocket(socket: ServerSocket, hub: StreamHub, clock: Clock): void {
  let isOver = false;
  const end = (code: number, reason: string) => {
    if (isOver) return;
    isOver = true;
    hub.leave(reader);
    socket.close(code, reason);
  };
  const budget = new SendBudget();
  let isJoining = false;
  const drop = () => {
    hub.dropped++;
    end(1013, "too slow");
  };
  const sendText = (text: string) => {
    if (isOver) return;
    if (!isJoining && budget.isTooSlow(socket.buffered)) return drop();
    socket.send(text);
  };
  const reader = {
    send: ({ text }: { readonly text: string }) => sendText(text),
    end: () => end(1001, "the server stops"),
  };
  const refuse = (message: string, channel?: string) =>
    sendText(
      JSON.stringify({ type: "error", ...(channel === undefined ? {} : { channel }), message }),
    );
  let orders = 0, second = -Infinity;
  socket.onText((text) => {
    if (isOver) return;
    const now = clock.monotonic();
    if (now - second >= SECOND) {
      second = now;
      orders = 0;
    }
    if (++orders > MOST_ORDERS_A_SECOND) return end(1008, "too many orders");
    if (text.length > MOST_TEXT) return end(1009, "too long");
    const order = orderOf(text);
    if (order === undefined) {
      return refuse(
        'send {"op":"subscribe","channels":["bars:ES"]}, with "after":{"bars:ES":SEQ} to go on, or unsubscribe',
      );
    }
    if (order.op === "unsubscribe") return hub.leave(reader, order.channels);
    if (socket.buffered > MOST_WAITING) return drop();
    const { channels, after } = order;
    const stray = Object.keys(after).find((name) => !channels.includes(name));
    if (stray !== undefined) {
      return refuse("after names a channel that is not subscribed to", stray);
    }
    isJoining = true;
    hub.join(channels.filter((name) => hub.has(name)), reader, { after });
    for (const name of channels) {
      if (!hub.has(name)) refuse(`there is no such channel; known: ${hub.forms}`, name);
    }
    isJoining = false;
    budget.asked(socket.buffered);
  });
  socket.onClose(() => {
    isOver = true;
    hub.leave(reader);
  });
}

function orderOf(text: string): z.output<typeof ORDER> | undefined {
  try {
    return ORDER.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
