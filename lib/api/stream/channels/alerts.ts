import type { ChannelKind } from "../channel_source.ts";

/** What fires and resolves. The snapshot holds what fires now. */
export const alerts: ChannelKind = {
  name: "alerts",
  form: "alerts",
  open({ alerts }, of) {
    if (of !== undefined) return undefined;
    return {
      snapshot: () => ({ firing: alerts.firing }),
      update(event) {
        if (event.kind !== "alert") return undefined;
        const { body } = event.change;
        return { data: () => body };
      },
    };
  },
};
