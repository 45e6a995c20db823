import { z } from "@hono/zod-openapi";
import { SECOND } from "../../model/time.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { ServerSocket } from "../../runtime/web_server.ts";
import { MOST_WAITING, SendBudget } from "./send_budget.ts";
import type { StreamHub } from "./stream_hub.ts";

const MOST_TEXT = 64_000;
const MOST_ORDERS_A_SECOND = 50;

const ORDER = z.strictObject({
  op: z.enum(["subscribe", "unsubscribe"]),
  channels: z.array(z.string().min(1).max(160)).min(1).max(500),
});

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
  const reader = { send: ({ text }: { readonly text: string }) => sendText(text) };
  const refuse = (message: string, channel?: string) =>
    sendText(
      JSON.stringify({ type: "error", ...(channel === undefined ? {} : { channel }), message }),
    );
  let orders = 0, second = -Infinity;
  socket.onText((text) => {
    const now = clock.monotonic();
    if (now - second >= SECOND) {
      second = now;
      orders = 0;
    }
    if (++orders > MOST_ORDERS_A_SECOND) return end(1008, "too many orders");
    if (text.length > MOST_TEXT) return end(1009, "too long");
    const order = orderOf(text);
    if (order === undefined) {
      return refuse('send {"op":"subscribe","channels":["bars:ES"]}, or unsubscribe');
    }
    if (order.op === "unsubscribe") return hub.leave(reader, order.channels);
    if (socket.buffered > MOST_WAITING) return drop();
    isJoining = true;
    for (const name of order.channels) {
      if (hub.has(name)) hub.join([name], reader);
      else refuse(`there is no such channel; known: ${hub.forms}`, name);
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
