/** The reader of a cell needs the sentence; frames of the library's files say nothing more. */
export function plainError<E extends Error>(error: E): E {
  error.stack = `${error.name}: ${error.message}`;
  return error;
}
