/** Vectors as NumPy's .npy, with the prompt and position of every row as .jsonl beside it. */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import type { OpenActivations } from './activation-writer.ts'
import { NpyWriter } from './npy-writer.ts'

export const openNpyActivations: OpenActivations = async (out, width) => {
  const writer = await NpyWriter.open(out, width)
  const places = `${out.slice(0, -'.npy'.length)}.jsonl`
  const partial = `${places}.partial`
  const stream = createWriteStream(partial)
  await once(stream, 'open')
  const close = async () => {
    stream.end()
    await once(stream, 'close')
  }
  return {
    async append(rows, values) {
      await writer.append(values)
      for (const { prompt, position, tokenId } of rows)
        if (!stream.write(`${JSON.stringify({ prompt, position, tokenId })}\n`)) await once(stream, 'drain')
    },
    async finish() {
      await close()
      await rename(partial, places)
      return writer.finish()
    },
    async abandon() {
      await close()
      await rm(partial, { force: true })
      await writer.abandon()
    },
  }
}
