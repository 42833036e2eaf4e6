/**
 * Errors a user can act on: one sentence with what came, what was expected and what to do. The code is what programs
 * look at (`extensions.code` over GraphQL); everything else that is thrown is a defect of ours.
 */
export type UserErrorCode =
  | 'BAD_INPUT'
  | 'BAD_MODEL'
  | 'UNSUPPORTED'
  | 'BAD_DATASET'
  | 'NOT_FOUND'
  | 'TOO_LARGE'
  | 'DATABASE_UNAVAILABLE'
  | 'DATABASE_TOO_NEW'
  | 'ENGINE_UNAVAILABLE'
  | 'ENGINE_FAILED'
  | 'CANCELLED'
  | 'TIMEOUT'
  /** No key, or none that is good. */
  | 'UNAUTHENTICATED'
  /** A good key, for something else. */
  | 'FORBIDDEN'
  | 'RATE_LIMITED'

export class UserError extends Error {
  override readonly name = 'UserError'
  readonly code: UserErrorCode
  constructor(code: UserErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export const isUserError = (error: unknown): error is UserError => error instanceof UserError
