/** A command did what it was asked, and the answer is no: said on stderr, exit status 1. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
}
