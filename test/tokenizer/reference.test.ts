/**
 * Ids of small folders of many settings, against those of transformers 5.18 with tokenizers 0.23.2 on the same files
 * (test/fixtures/make/tokenizer_reference.py).
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { openTokenizer } from '../../src/tokenizer/open.ts'
import { tokenizerFolder } from './tokenizer-files.ts'

const contentSchema = z.union([z.string(), z.strictObject({ base64: z.string() }), z.record(z.string(), z.unknown())])
const referenceSchema = z.object({
  texts: z.array(z.string()),
  cases: z.array(z.object({
    class_name: z.string(),
    files: z.record(z.string(), contentSchema),
    ids: z.array(z.array(z.number())),
  })).min(80),
})
const path = join(import.meta.dirname, '../fixtures/tokenizers/reference.json')
const { texts, cases } = referenceSchema.parse(JSON.parse(readFileSync(path, 'utf8')))

const contentOf = (content: z.infer<typeof contentSchema>): unknown =>
  typeof content === 'object' && 'base64' in content ? Buffer.from(String(content.base64), 'base64') : content

const rows = cases.map(({ class_name, files, ids }, number): [string, typeof files, number[][]] =>
  [`${number} ${class_name} (${Object.keys(files).filter((name) => name !== 'config.json').join(', ')})`, files, ids])

it.each(rows)('a folder has the ids of transformers, and spans in order: %s', async (_name, files, ids) => {
  const contents = Object.fromEntries(Object.entries(files).map(([name, content]) => [name, contentOf(content)]))
  const tokenizer = await openTokenizer(tokenizerFolder(contents))
  for (const [k, text] of texts.entries()) {
    const tokens = await tokenizer!.encode(text)
    expect(tokens.map(({ id }) => id), JSON.stringify(text)).toEqual(ids[k])
    let end = 0
    for (const token of tokens) {
      if (token.start === null || token.end === null) continue
      expect(token.start, JSON.stringify([text, token])).toBeGreaterThanOrEqual(end)
      expect(token.end).toBeGreaterThanOrEqual(token.start)
      end = token.end
    }
    expect(end).toBeLessThanOrEqual(text.length)
  }
})
