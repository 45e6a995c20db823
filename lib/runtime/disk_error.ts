/** What the disk's refusals are called; the system's own words are not for everybody. */
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "your share of the disk is used up",
  EFBIG: "the file would be larger than is allowed",
  EROFS: "the disk is read-only",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOENT: "there is no such folder, and none can be made",
  ENOTDIR: "a part of the path is a file, not a folder",
  EEXIST: "a file of that name is in the way",
  EISDIR: "a folder of that name is in the way",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "its links lead in a circle",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open on this machine",
  EBUSY: "another program holds the file",
  EIO: "the disk failed to read or write",
  ENXIO: "the disk is gone",
  ENODEV: "the disk is gone",
  ESTALE: "the network folder is gone",
};

/** The disk, and not the program, is why something failed. */
export function isDiskError(error: unknown): error is Error {
  return error instanceof Error &&
    (error instanceof Deno.errors.NotCapable || codeOf(error) in REASONS);
}

/** Why the disk refused, in a few words without a full stop; the system's words where it is none of the known ones. */
export function diskReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof Deno.errors.NotCapable) {
    return "this process was started without the permission for that path";
  }
  return REASONS[codeOf(error)] ?? error.message.replace(/ \(os error \d+\).*$/s, "");
}

/** Why a file was not read, likewise. */
export function readReason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder";
  return diskReason(error);
}

/** `ENOSPC` and the like; empty when it has none. */
function codeOf(error: Error): string {
  const { code } = error as { readonly code?: unknown };
  return typeof code === "string" ? code : "";
}

/** The path that the disk refused, when the error names it. */
export function diskPath(error: Error): string | undefined {
  return /['"]([^'"]+)['"]/.exec(error.message)?.[1];
}
