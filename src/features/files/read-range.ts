/** Bytes of a file by position. */
import { open } from 'node:fs/promises'
import { UserError } from '../../errors.ts'

/** Exactly `length` bytes from `position` on. If the file ends earlier, the error names `what`. */
export async function readRange(
  file: string,
  position: number,
  length: number,
  what: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const handle = await open(file, 'r')
  try {
    const bytes = new Uint8Array(length)
    for (let done = 0; done < length;) {
      const { bytesRead } = await handle.read(bytes, done, length - done, position + done)
      if (bytesRead === 0) throw new UserError('BAD_FEATURES', `${file} ends before ${what} does; download it again.`)
      done += bytesRead
    }
    return bytes
  } finally {
    await handle.close()
  }
}
