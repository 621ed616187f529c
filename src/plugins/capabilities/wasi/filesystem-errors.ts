/** How `wasi:filesystem` says what went wrong, and how Node does. */

/** Of `error-code`, what there is reason for. */
export type ErrorCode =
  | 'access'
  | 'bad-descriptor'
  | 'busy'
  | 'exist'
  | 'file-too-large'
  | 'illegal-byte-sequence'
  | 'insufficient-memory'
  | 'insufficient-space'
  | 'invalid'
  | 'io'
  | 'is-directory'
  | 'name-too-long'
  | 'no-entry'
  | 'not-directory'
  | 'not-empty'
  | 'not-permitted'
  | 'quota'
  | 'read-only'
  | 'unsupported'

export class FileError extends Error {
  override readonly name = 'FileError'
  readonly code: ErrorCode
  constructor(code: ErrorCode) {
    super(code)
    this.code = code
  }
}

/** A link where none was is as good as a refusal. */
const codes: Readonly<Record<string, ErrorCode>> = {
  EACCES: 'access',
  EBADF: 'bad-descriptor',
  EBUSY: 'busy',
  EDQUOT: 'quota',
  EEXIST: 'exist',
  EFBIG: 'file-too-large',
  EINVAL: 'invalid',
  EISDIR: 'is-directory',
  ELOOP: 'not-permitted',
  EMFILE: 'insufficient-memory',
  ENAMETOOLONG: 'name-too-long',
  ENFILE: 'insufficient-memory',
  ENOENT: 'no-entry',
  ENOSPC: 'insufficient-space',
  ENOTDIR: 'not-directory',
  ENOTEMPTY: 'not-empty',
  EPERM: 'not-permitted',
  EROFS: 'read-only',
  ENXIO: 'not-permitted',
}

/** Runs it, and throws what the plugin is told; what is no error of a file is a bug of ours and stays what it is. */
export function asWasi<Result>(run: () => Result): Result {
  try {
    return run()
  } catch (error) {
    throw errorCodeOf(error) ?? error
  }
}

export function errorCodeOf(error: unknown): ErrorCode | null {
  if (error instanceof FileError) return error.code
  const { code, syscall } = error as NodeJS.ErrnoException
  if (typeof code !== 'string' || syscall === undefined) return null
  return codes[code] ?? 'io'
}
