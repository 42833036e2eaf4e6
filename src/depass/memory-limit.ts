/** The memory limit of a pass: its default, and the error for work that does not fit. */
import { UserError } from '../errors.ts'

/** What a pass may use besides the weights by default: what modest machines have to spare. */
export const DEFAULT_MEMORY_LIMIT_BYTES = 4 * 2 ** 30

/** The error for work that does not fit into the memory limit. */
export const tooLarge = (needsBytes: number, limitBytes: number): UserError =>
  new UserError(
    'TOO_LARGE',
    `This needs ${formatBytes(needsBytes)} of memory, and the limit is ${formatBytes(limitBytes)}; ` +
      'raise --memory-limit, shorten the sequence, or ask for fewer components.',
  )

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** Powers of 1024, as memory is sold: `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  let power = 0
  while (power < BYTE_UNITS.length - 1 && bytes >= 1024) {
    bytes /= 1024
    power++
  }
  return `${bytes.toFixed(power === 0 || bytes >= 100 ? 0 : 1)} ${BYTE_UNITS[power]}`
}
