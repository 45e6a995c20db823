import type { ChannelKind } from "../channel_source.ts";
import { alerts } from "./alerts.ts";
import { bars } from "./bars.ts";
import { correlation } from "./correlation.ts";
import { status } from "./status.ts";
import { ticks } from "./ticks.ts";

/** Every kind of channel: one file here, one line each. */
export const CHANNELS: readonly ChannelKind[] = [bars, ticks, correlation, alerts, status];
