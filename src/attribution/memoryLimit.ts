/** What a pass may use besides the weights, unless it is told otherwise: what modest machines have to spare. */
export const DEFAULT_MEMORY_LIMIT_BYTES = 4 * 2 ** 30
