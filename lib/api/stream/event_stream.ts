import { SECOND } from "../../model/time.ts";
import type { Clock, Timer } from "../../runtime/clock.ts";
import { ApiProblem } from "../problem.ts";
import type { StreamMessage } from "./channel.ts";
import { EventIds } from "./event_ids.ts";
import { MOST_WAITING, SendBudget } from "./send_budget.ts";
import type { StreamHub } from "./stream_hub.ts";

/** A line that says nothing, so that what lies between does not hang up, local ms. */
const QUIET_MS = 15 * SECOND;
const MOST_CHANNELS = 500;

/**
 * Channels as server-sent events: `?channels=bars:ES,status`. `Last-Event-ID` goes on where the reader was.
 *
 * @throws {ApiProblem} 400 without channels, 404 for one that there is not.
 */
export function eventStream(request: Request, hub: StreamHub, clock: Clock): Response {
  const given = new URL(request.url).searchParams.get("channels") ?? "";
  const names = [...new Set(given.split(",").filter((name) => name !== ""))];
  if (names.length === 0 || names.length > MOST_CHANNELS) {
    throw channelProblem(400, `must name 1 to ${MOST_CHANNELS} of ${hub.forms}`, given);
  }
  const stray = names.find((name) => !hub.has(name));
  if (stray !== undefined) throw channelProblem(404, `must be of ${hub.forms}`, stray);
  const ids = new EventIds(names);
  const lastId = ids.read(request.headers.get("last-event-id"));
  const encoder = new TextEncoder();
  let timer: Timer | undefined;
  let leave = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const budget = new SendBudget();
      const waiting = () => MOST_WAITING - (controller.desiredSize ?? MOST_WAITING);
      let isJoining = true, isOver = false;
      const sendText = (text: string) => {
        controller.enqueue(encoder.encode(text));
        if (isJoining || !budget.isTooSlow(waiting())) return;
        hub.dropped++;
        leave();
        controller.error(new Error("too slow"));
      };
      const sendMessage = ({ id, text }: StreamMessage, isWhole = true) => {
        if (!isOver) sendText(`id: ${ids.write(id, isWhole)}\ndata: ${text}\n\n`);
      };
      const first: StreamMessage[] = [];
      const reader = {
        send: (message: StreamMessage) => {
          if (isJoining) first.push(message);
          else sendMessage(message);
        },
        end: () => {
          leave();
          controller.close();
        },
      };
      leave = () => {
        isOver = true;
        timer?.cancel();
        hub.leave(reader);
      };
      const quiet = () => {
        timer = clock.setTimer(() => {
          sendText(":\n\n");
          if (!isOver) quiet();
        }, QUIET_MS);
      };
      quiet();
      sendText(":\n\n");
      hub.join(names, reader, lastId === undefined ? {} : { lastId });
      const hasSnapshot = first.some(({ type }) => type === "snapshot");
      for (const message of first) sendMessage(message, !hasSnapshot || message === first.at(-1));
      isJoining = false;
      budget.asked(waiting());
    },
    cancel: () => leave(),
  }, new ByteLengthQueuingStrategy({ highWaterMark: MOST_WAITING }));
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}

function channelProblem(status: 400 | 404, rule: string, value: string): ApiProblem {
  return new ApiProblem(status, {
    detail: `channels ${rule}.`,
    errors: [{ pointer: "/query/channels", rule, value: value.slice(0, 200) }],
  });
}
