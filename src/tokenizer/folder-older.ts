/** Folders without tokenizer.json: they have a sentencepiece model, or GPT-2's vocabulary and merges. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../errors.ts'
import type { TokenizerClass } from './class-of.ts'
import { readSentencePiece, sourceOfSentencePiece } from './sentencepiece.ts'
import { readLimited, type Settings } from './settings.ts'
import { once, type Source } from './source.ts'
import { readVocabulary } from './vocabulary.ts'

/** Classes that read vocab.json and merges.txt. */
const readsMerges: readonly TokenizerClass[] = [
  'GPT2Tokenizer', 'CodeGenTokenizer', 'Qwen2Tokenizer', 'Qwen3_5Tokenizer', 'GPTNeoXTokenizer',
]

export const hasOlderFiles = (dir: string): boolean =>
  ['tokenizer.model', 'vocab.json'].some((name) => existsSync(join(dir, name)))

/** null if the folder has no file that the class reads. */
export async function readOlderFiles(dir: string, className: TokenizerClass, { config }: Settings): Promise<Source | null> {
  const path = join(dir, 'tokenizer.model')
  const model = await readLimited(path)
  if (model) {
    const named = Object.entries(config.added_tokens_decoder ?? {})
    const renamed = new Map(named.map(([id, { content }]): [number, string] => [Number(id), content]))
    const origin = { path, hash: () => sha256(model) }
    return sourceOfSentencePiece(readSentencePiece(model, path), className, origin, renamed)
  }
  return readsMerges.includes(className) ? readMerges(dir) : null
}

async function readMerges(dir: string): Promise<Source | null> {
  const path = join(dir, 'vocab.json')
  const mergesPath = join(dir, 'merges.txt')
  const vocab = await readLimited(path)
  const merges = vocab && await readLimited(mergesPath)
  if (!vocab || !merges) return null
  const start = vocab.indexOf('{')
  if (start < 0) throw new UserError('BAD_MODEL', `${path} is no JSON object of token ids; download it again.`)
  return {
    path,
    // The class builds the rest.
    pipeline: { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, model: { type: 'BPE' } },
    added: [],
    vocabulary: once(() => readVocabulary(vocab, { start, end: vocab.length }, path)),
    vocabJson: vocab.subarray(start),
    mergesJson: Buffer.from(JSON.stringify(mergeLines(merges.toString('utf8'), mergesPath))),
    hash: once(() => sha256(Buffer.concat([vocab, Buffer.from('\n'), merges]))),
    isTokenizerJson: false,
    names: {},
    extra: [],
  }
}

/** One merge per line; lines that state a version may be anywhere. */
function mergeLines(text: string, path: string): string[] {
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines.filter((line, number) => {
    if (line.startsWith('#version')) return false
    if (line.split(' ').length === 2) return true
    throw new UserError('BAD_MODEL', `${path} is malformed at line ${number + 1} (expected two tokens with a blank between ` +
      'them); download it again.')
  })
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
