import type { MarketStatus } from "../market/market_status.ts";

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** A market's status in the text format of Prometheus; what is unknown is left out. */
export function metricsText(
  { streams, venues, sinks, droppedEvents, waitingEvents }: MarketStatus,
  figures: Readonly<Record<string, number>>,
): string {
  const ofStreams = (value: (stream: (typeof streams)[number]) => number | undefined) =>
    streams.map((stream): Sample => [
      { instrument: stream.instrument, venue: stream.venue },
      value(stream) ?? NaN,
    ]);
  const ofSinks = (value: (sink: (typeof sinks)[number]) => number) =>
    sinks.map((sink): Sample => [{ sink: sink.name }, value(sink)]);
  const ofVenues = (value: (venue: (typeof venues)[number]) => number) =>
    venues.map((feed): Sample => [{ venue: feed.venue }, value(feed)]);
  return [
    family("comove_stream_live", "gauge", ofStreams(({ state }) => state === "live" ? 1 : 0)),
    family(
      "comove_stream_age_seconds",
      "gauge",
      ofStreams(({ ageMs }) => ageMs === undefined ? undefined : ageMs / 1_000),
    ),
    family("comove_stream_minutes", "gauge", ofStreams(({ minutes }) => minutes)),
    family("comove_stream_missing_minutes", "gauge", ofStreams(({ missing }) => missing)),
    family("comove_stream_gaps_total", "counter", ofStreams(({ gaps }) => gaps)),
    family("comove_stream_healed_minutes_total", "counter", ofStreams(({ healed }) => healed)),
    family("comove_stream_revisions_total", "counter", ofStreams((stream) => stream.revisions)),
    family("comove_stream_rejected_total", "counter", ofStreams(({ rejected }) => rejected)),
    family("comove_venue_live", "gauge", ofVenues(({ state }) => state === "live" ? 1 : 0)),
    family("comove_venue_reconnects_total", "counter", ofVenues((feed) => feed.reconnects)),
    family("comove_venue_rejected_frames_total", "counter", ofVenues((f) => f.rejectedFrames)),
    family(
      "comove_venue_clock_offset_seconds",
      "gauge",
      ofVenues(({ clockOffsetMs }) => clockOffsetMs / 1_000),
    ),
    family("comove_sink_queued", "gauge", ofSinks(({ queued }) => queued)),
    family("comove_sink_delivered_total", "counter", ofSinks(({ delivered }) => delivered)),
    family("comove_sink_dropped_total", "counter", ofSinks(({ dropped }) => dropped)),
    family("comove_sink_failures_total", "counter", ofSinks(({ failures }) => failures)),
    family("comove_sink_lag_seconds", "gauge", ofSinks(({ lagMs }) => lagMs / 1_000)),
    family("comove_events_dropped_total", "counter", [[{}, droppedEvents]]),
    family("comove_events_waiting", "gauge", [[{}, waitingEvents]]),
    ...Object.entries(figures).map(([name, value]) =>
      RISING.includes(name)
        ? family(`comove_api_${name}_total`, "counter", [[{}, value]])
        : family(`comove_api_${name}`, "gauge", [[{}, value]])
    ),
  ].join("");
}

/** Figures of the API that only rise. */
const RISING: readonly string[] = [
  "requests",
  "answers_kept",
  "answers_made",
  "stream_dropped",
  "refused_rate",
];

/** The samples of one metric; without those that are unknown. */
export function family(
  name: string,
  type: "gauge" | "counter",
  samples: readonly Sample[],
): string {
  const lines = samples.filter(([, value]) => Number.isFinite(value)).map(([labels, value]) => {
    const shown = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${name}${shown.length === 0 ? "" : `{${shown.join(",")}}`} ${value}\n`;
  });
  return lines.length === 0 ? "" : `# TYPE ${name} ${type}\n${lines.join("")}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
