/*
 * Why a file or a folder cannot be used, in words.
 */

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'nothing is there',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is no folder',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'the disk can only be read',
  ENOSPC: 'the disk is full',
  EEXIST: 'something else is there',
}

/** Says why the file system refused; the error's own message where there are no words for it. */
export function fileReason(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error))
}
