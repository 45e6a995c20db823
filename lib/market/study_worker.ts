import { answerCalls } from "../runtime/thread.ts";
import { studyNamed } from "../sync/studies/mod.ts";
import { type StudyMinutes, studyScope } from "../sync/studies/study_scope.ts";
import type { StudyQuery } from "../sync/studies/study.ts";

/** A call of a study; the instruments were sent before. */
export interface StudyOrder {
  readonly study: string;
  readonly instruments: readonly string[];
  readonly query: StudyQuery;
  readonly settings: unknown;
}

const minutes = new Map<string, StudyMinutes>();

// Each call is answered in its turn, whole: a study is of the minutes that were sent before it.
answerCalls((name, values) => {
  if (name === "minutes") {
    const [sides] = values as [readonly StudyMinutes[]];
    for (const side of sides) minutes.set(side.instrument.id, side);
    return Promise.resolve(undefined);
  }
  const [order] = values as [StudyOrder];
  return Promise.resolve(answerOf(order));
});

function answerOf({ study, instruments, query, settings }: StudyOrder): unknown {
  const sides = instruments.map((id) => minutes.get(id)!);
  return studyNamed(study).run(studyScope(sides, query), settings as never);
}
