/** The schema that this version reads and writes, in every kind of store. */
export const SCHEMA = 3;
