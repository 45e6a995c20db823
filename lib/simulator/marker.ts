/** Says to every client that the data are simulated. It only labels; it gates nothing. */
export const SIMULATED_HEADERS = { "x-comove-simulated": "1" } as const;
