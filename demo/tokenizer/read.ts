/** The demo model's tokenizer, read back for training: millions of words, one after another, without a process between. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { asBytes, merged } from './bpe.ts'

const tokenizerSchema = z.object({
  model: z.object({ vocab: z.record(z.string(), z.number()), merges: z.array(z.string()) }),
})

/**
 * Ids of one word. Each merge is applied where it fits, in order: what a merge makes is needed by later ones only, so
 * that this is what the library does.
 */
export async function readWordIds(modelFolder: string): Promise<(word: string) => number[]> {
  const { model } = tokenizerSchema.parse(JSON.parse(await readFile(join(modelFolder, 'tokenizer.json'), 'utf8')))
  const merges = model.merges.map((merge): [string, string] => {
    const [left = '', right = ''] = merge.split(' ')
    return [left, right]
  })
  return (word) => merges.reduce(merged, asBytes(word)).map((symbol) => model.vocab[symbol]!)
}
