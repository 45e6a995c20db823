import { instrumentIn } from "../api_context.ts";
import { ApiProblem } from "../problem.ts";
import { defineRoute } from "../route.ts";
import { ID_PARAMS } from "../schemas.ts";
import { INSTRUMENT, instrumentBody } from "./instruments.ts";

export const putInstrument = defineRoute({
  method: "put",
  path: "/instruments/{id}",
  summary: "Follows an instrument, with its history, for this run",
  fresh: "never",
  problems: [409],
  cost: 10,
  params: ID_PARAMS,
  answer: INSTRUMENT,
  handle({ market }, { params: { id } }) {
    const known = market.instruments.find((instrument) => instrument.id === id);
    if (known !== undefined) return instrumentBody(market, known);
    if (market.followable(id) === undefined) {
      throw new ApiProblem(404, {
        detail: "No venue of this server can follow that id.",
        errors: [{ pointer: "/path/id", rule: "must be an id of a venue followed", value: id }],
      });
    }
    try {
      return instrumentBody(market, market.follow(id));
    } catch (error) {
      throw unchangeable(error);
    }
  },
});

export const deleteInstrument = defineRoute({
  method: "delete",
  path: "/instruments/{id}",
  summary: "Follows an instrument no more; its bars in memory are gone",
  fresh: "never",
  status: 204,
  problems: [409],
  params: ID_PARAMS,
  handle(context, { params: { id } }) {
    instrumentIn(context, id);
    try {
      context.market.unfollow(id);
    } catch (error) {
      throw unchangeable(error);
    }
  },
});

/** A replay and a stored market stay as they are. */
function unchangeable(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  return new ApiProblem(409, { detail: `${error.message}.` });
}
