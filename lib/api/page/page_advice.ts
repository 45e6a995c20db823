import type { Advice } from "../../model/advice.ts";

/** What readers of the page have: its forms, under the names that stand there. */
export const PAGE_ADVICE: Advice = {
  openAgain: "start the server again",
  followAgain: (id) => `Instruments, under Data health, follows ${id} again`,
  followFirst: (id) => `follow ${id} in Instruments, under Data health`,
  followOne: (ids) => `follow ${ids.join(" or ")} in Instruments, under Data health`,
  olderFlags: undefined,
  earlierEntries: undefined,
  armRule: "Rules, beside this, makes one, and so does alerts.rules in config.yaml",
  rehearse: "the rehearsal judges rules on what is stored",
  muteRule: () => undefined,
};
