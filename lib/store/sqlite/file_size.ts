/** Size of the database in bytes. */
export const BYTES = "select page_count * page_size from pragma_page_count(), pragma_page_size()";
