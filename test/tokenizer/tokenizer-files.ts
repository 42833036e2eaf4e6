/** Makes small tokenizers of every supported family, in the form that Hugging Face writes them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openTokenizer } from '../../src/tokenizer/open.ts'
import type { Tokenizer } from '../../src/tokenizer/tokenizer.ts'

export type Json = Record<string, unknown>

/** Removed when the test ends. */
export function tokenizerFolder(files: Record<string, unknown>): string {
  const dir = mkdtempSync(join(tmpdir(), 'tributary-test-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(dir, name), typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content))
  }
  return dir
}

export async function make(json: Json, config?: Json): Promise<Tokenizer> {
  const files = { 'tokenizer.json': json, ...(config && { 'tokenizer_config.json': config }) }
  const tokenizer = await openTokenizer(tokenizerFolder(files))
  return tokenizer!
}

const words = ['Paris', 'the', 'time', 'is', 'capital', 'of', 'France', 'Once', 'upon', 'a', 'o\u0304', 'é']

/**
 * Merges that build each word character by character, then one that joins it to the sign for a space, and the vocabulary
 * they need after `start`.
 */
function learn(start: string[], space: string, tokens: string[]): { vocab: Record<string, number>; merges: string[] } {
  const vocab = new Map(start.map((token, id) => [token, id]))
  const merges: string[] = []
  const add = (token: string) => { if (!vocab.has(token)) vocab.set(token, vocab.size) }
  const merge = (left: string, right: string) => {
    if (vocab.has(left + right)) return
    add(left + right)
    merges.push(`${left} ${right}`)
  }
  add(space)
  for (const token of tokens) {
    const characters = [...token]
    characters.forEach(add)
    characters.reduce((built, next) => {
      merge(built, next)
      return built + next
    })
  }
  for (const token of tokens) merge(space, token)
  return { vocab: Object.fromEntries(vocab), merges }
}

/** GPT-2's spelling of bytes, written out from its published description. */
const spelling = (() => {
  const kept = (byte: number) => (byte > 32 && byte < 127) || (byte > 160 && byte < 173) || byte > 173
  let extra = 256
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(kept(byte) ? byte : extra++))
})()
const inBytes = (text: string): string => Array.from(new TextEncoder().encode(text), (byte) => spelling[byte]!).join('')

const addedTokens = (vocabulary: Record<string, number>, contents: string[]) =>
  contents.map((content, k) => ({
    id: vocabulary[content] ?? Object.keys(vocabulary).length + k,
    content, special: true, normalized: false, lstrip: false, rstrip: false, single_word: false,
  }))

/** As GPT-2 has it. */
export function byteLevel(overrides: Json = {}): Json {
  const { vocab, merges } = learn(spelling, inBytes(' '), words.map(inBytes))
  return {
    version: '1.0',
    added_tokens: addedTokens(vocab, ['<|endoftext|>']),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
    post_processor: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true },
    model: { type: 'BPE', dropout: null, unk_token: null, vocab, merges },
    ...overrides,
  }
}

/** As Llama 3 has it: words cut by a pattern, a beginning of sequence. */
export function llama3(): Json {
  const base = byteLevel()
  const added = base.added_tokens as { id: number; content: string }[]
  const begin = { ...added[0]!, id: added[0]!.id + 1, content: '<|begin_of_text|>' }
  const pattern = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|" +
    '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+'
  return {
    ...base,
    added_tokens: [...added, begin],
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    post_processor: {
      type: 'Sequence',
      processors: [{ type: 'ByteLevel', add_prefix_space: true, trim_offsets: false }, template('<|begin_of_text|>', begin.id)],
    },
  }
}

const template = (token: string, id: number): Json => ({
  type: 'TemplateProcessing',
  single: [{ SpecialToken: { id: token, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
  pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
  special_tokens: { [token]: { id: token, ids: [id], tokens: [token] } },
})

const byteTokens = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`)

function sentencePieceModel(): { model: Json; added_tokens: Json[] } {
  const { vocab, merges } = learn(['<unk>', '<s>', '</s>', ...byteTokens], '▁', [...words, '▁', ...'bcdgn.,!'])
  return {
    added_tokens: addedTokens(vocab, ['<unk>', '<s>', '</s>']),
    model: { type: 'BPE', unk_token: '<unk>', fuse_unk: true, byte_fallback: true, vocab, merges },
  }
}

const spaceToBar = { type: 'Replace', pattern: { String: ' ' }, content: '▁' }
const barToSpace = { type: 'Replace', pattern: { String: '▁' }, content: ' ' }
const stripFirst = { type: 'Strip', content: ' ', start: 1, stop: 0 }
const bytesAndFuse = [{ type: 'ByteFallback' }, { type: 'Fuse' }]

/** As Llama 2 has it: a space before every text, taken away again by the decoder. */
export function llama2(overrides: Json = {}): Json {
  return {
    version: '1.0',
    ...sentencePieceModel(),
    normalizer: { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: '▁' }, spaceToBar] },
    pre_tokenizer: null,
    post_processor: template('<s>', 1),
    decoder: { type: 'Sequence', decoders: [barToSpace, ...bytesAndFuse, stripFirst] },
    ...overrides,
  }
}

/** As Mistral's newer files have it: a space before the first text only. */
export const mistral = (overrides: Json = {}): Json => llama2({
  normalizer: null,
  pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'first', split: false },
  ...overrides,
})

/** As Gemma has it: no space of its own. */
export const gemma = (): Json => llama2({
  normalizer: spaceToBar,
  decoder: { type: 'Sequence', decoders: [barToSpace, ...bytesAndFuse] },
})

/** Unigram behind a Metaspace, without byte fallback. */
export const unigram = (): Json => ({
  version: '1.0',
  added_tokens: addedTokens({ '<unk>': 0, '</s>': 1 }, ['<unk>', '</s>']),
  normalizer: null,
  pre_tokenizer: { type: 'Metaspace', replacement: '▁', add_prefix_space: true },
  post_processor: null,
  decoder: { type: 'Metaspace', replacement: '▁', add_prefix_space: true },
  model: {
    type: 'Unigram',
    unk_id: 0,
    vocab: [['<unk>', 0], ['</s>', 0], ['▁', -2], ['▁Paris', -3], ['▁time', -3], ...[...'Paristme'].map((c) => [c, -5])],
  },
})
