import { systemClock } from "../runtime/clock.ts";
import { answerCalls } from "../runtime/thread.ts";
import { studyNamed } from "./studies.ts";
import { type StudyMinutes, studyScope } from "../sync/studies/study_scope.ts";
import type { StudyQuery } from "../sync/studies/study.ts";

/** A call of a study; the instruments were sent before. */
export interface StudyOrder {
  readonly study: string;
  readonly instruments: readonly string[];
  readonly query: StudyQuery;
  readonly settings: unknown;
}

/** What comes back. */
export interface StudyAnswer {
  readonly result: unknown;
  /** Of the study itself. */
  readonly tookMs: number;
}

const minutes = new Map<string, StudyMinutes>();
/** What studies of the same sides and hours have fitted of these minutes. */
const shared = new Map<string, Map<string, unknown>>();

// Each call is answered in its turn, whole: a study is of the minutes that were sent before it.
answerCalls((name, values) => {
  if (name === "minutes") {
    const [sides] = values as [readonly StudyMinutes[]];
    for (const side of sides) minutes.set(side.instrument.id, side);
    shared.clear();
    return Promise.resolve(undefined);
  }
  const [order] = values as [StudyOrder];
  const begun = systemClock.monotonic(), result = answerOf(order);
  const answer: StudyAnswer = { result, tookMs: systemClock.monotonic() - begun };
  return Promise.resolve(answer);
});

function answerOf({ study, instruments, query, settings }: StudyOrder): unknown {
  const sides = instruments.map((id) => minutes.get(id)!);
  const scope = { ...studyScope(sides, query), shared: sharedOf(instruments, query) };
  return studyNamed(study).run(scope, settings as never);
}

function sharedOf(instruments: readonly string[], { hours }: StudyQuery): Map<string, unknown> {
  const key = `${hours} ${instruments.join(" ")}`;
  let known = shared.get(key);
  if (known === undefined) shared.set(key, known = new Map());
  return known;
}
