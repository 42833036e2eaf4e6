/** The error that a failed run is reported as. */
import { UserError } from '../errors.ts'

/** What engines report in their own words → what it means, and what helps. */
const meanings: readonly { said: RegExp; means: string; helps: string }[] = [
  {
    // If WebGPU cannot make a buffer, it returns an invalid one and complains when the buffer is used. A tensor that is
    // too large for one buffer is split over several, until a shader cannot bind them all.
    said: /out of memory|OUT_OF_(DEVICE_|HOST_)?MEMORY|bad.?alloc|fail\w* to allocate|\[Invalid Buffer|Allocation size too large|Too many storage buffers/i,
    means: 'ran out of memory',
    helps: 'Lower --memory-limit, shorten the sequence, or use --device cpu',
  },
  {
    said: /device[^.]{0,20}\blost|lost[^.]{0,20}\bdevice|DEVICE_(LOST|REMOVED|HUNG|RESET)|device (was )?removed/i,
    means: 'lost its device (a driver that reset or went away)',
    helps: 'Try again; if it is lost again, look at the driver or use --device cpu',
  },
]

export function engineFailed(program: string, error: unknown): UserError {
  const said = messageOf(error)
  const meaning = meanings.find((each) => each.said.test(said))
  return new UserError(
    'ENGINE_FAILED',
    `The engine ${meaning?.means ?? 'failed'} in the program ${program} (${firstLine(said)}). ` +
      `${meaning?.helps ?? 'Another engine or device (--engine, --device) may get through'}.`,
    { cause: error },
  )
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Only the first line, because engines append their own stack traces. */
export const firstLine = (text: string): string => text.trim().split('\n', 1)[0] ?? ''
