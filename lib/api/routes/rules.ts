import { z } from "@hono/zod-openapi";
import { armRule, disarmRule, ruleBody, ruleNamed } from "../armed_rules.ts";
import { ApiProblem } from "../problem.ts";
import { defineRoute } from "../route.ts";
import { NAME_PARAMS, NEW_RULE, RULE, RULE_STATUS } from "../rule_schema.ts";

export const listRules = defineRoute({
  method: "get",
  path: "/rules",
  summary: "The rules of alerts and how each stands",
  fresh: "second",
  answer: z.object({ rules: z.array(RULE_STATUS) }),
  handle: ({ market }) => ({ rules: (market.alerts?.rules ?? []).map(ruleBody) }),
});

export const addRule = defineRoute({
  method: "post",
  path: "/rules",
  summary: "Watches one more rule; a store keeps it for the next run",
  fresh: "never",
  status: 201,
  problems: [404, 409, 503],
  body: { schema: NEW_RULE },
  answer: RULE_STATUS,
  async handle(context, { body }) {
    const { name } = body;
    if (ruleNamed(context, name) !== undefined) {
      throw new ApiProblem(409, {
        detail: `There is a rule ${name} already; PUT rules/${name} replaces it.`,
        errors: [{ pointer: "/body/name", rule: "must be a new name", value: name }],
      });
    }
    const armed = armRule(context, body).body;
    await context.keepRules();
    return armed;
  },
});

export const putRule = defineRoute({
  method: "put",
  path: "/rules/{name}",
  summary:
    "Watches a rule under this name, in the place of the one before; a store keeps it for the next run",
  fresh: "never",
  problems: [409, 503],
  params: NAME_PARAMS,
  body: { schema: RULE },
  answer: RULE_STATUS,
  async handle(context, { params: { name }, body }) {
    if (body.name !== undefined && body.name !== name) {
      throw new ApiProblem(409, {
        detail: "The body names another rule than the address.",
        errors: [{ pointer: "/body/name", rule: `must be ${name}, or left out`, value: body.name }],
      });
    }
    const armed = armRule(context, { ...body, name }).body;
    await context.keepRules();
    return armed;
  },
});

export const deleteRule = defineRoute({
  method: "delete",
  path: "/rules/{name}",
  summary: "Watches a rule no more",
  fresh: "never",
  status: 204,
  problems: [503],
  params: NAME_PARAMS,
  async handle(context, { params: { name } }) {
    disarmRule(context, name);
    await context.keepRules();
  },
});
