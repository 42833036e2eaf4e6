/**
 * What each id decodes to: bytes, text, or a token that was added to the vocabulary as written. Byte-level BPE (GPT-2,
 * Llama 3, Qwen) spells every byte as one printable character. Tokenizers derived from sentencepiece (Llama 2, Mistral,
 * Gemma) spell text directly, with `▁` for the space and `<0xE2>` for bytes without a token. WordPiece marks tokens that
 * continue a word.
 */
import { UserError } from '../errors.ts'
import { byteOfCharacter } from './byte-alphabet.ts'
import { flattenSteps, type Step } from './steps.ts'
import type { Prepared } from './prepare.ts'

export type Piece =
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'text'; text: string }
  /** As written: `<s>`, `<|im_start|>`. */
  | { kind: 'added'; text: string; special: boolean }
  /** Stands for any character that the vocabulary lacks. */
  | { kind: 'unknown'; text: string }

export interface Pieces {
  /** One more than the largest id. */
  size: number
  /** No token stands for more characters of normalised text than this. */
  longest: number
  /** null for an id that has no token. */
  pieceOf(id: number): Piece | null
  /** Whether decoding drops a space at the start of the text. */
  dropsFirstSpace: boolean
  /** Whether the tokenizer reads a bar (`▁`) in a text as a space. */
  readsBars: boolean
  /** Whether characters without a token are written as bytes. */
  byteFallback: boolean
  /** Whether characters without a token are left out, which makes the library's offsets wrong. */
  leavesOut: boolean
}

/** `added`: the ids of the added tokens, by content. */
export function readPieces(prepared: Prepared, added: ReadonlyMap<string, number>): Pieces {
  const { path, pipeline, kept, additions } = prepared
  const vocabulary = prepared.vocabulary()
  const alphabet = alphabetOf(pipeline.decoder, path)
  const specials = new Map<number, { content: string; special: boolean }>()
  for (const { content, special } of [...kept, ...additions]) {
    const id = added.get(content)
    if (id !== undefined) specials.set(id, { content, special })
  }
  const unknown = unknownToken(pipeline.model)
  const byteFallback = pipeline.model.byte_fallback === true
  const read = new Map<number, Piece | null>()
  const make = (id: number): Piece | null => {
    const token = vocabulary.tokenOf(id)
    const addition = specials.get(id)
    const isUnknown = unknown !== null && (id === unknown || token === unknown)
    if (isUnknown) return { kind: 'unknown', text: addition?.content ?? token ?? '' }
    if (addition) {
      const { content, special } = addition
      return { kind: 'added', text: special ? content : alphabet.spell(content), special }
    }
    return token === null ? null : alphabet.read(token)
  }
  let size = vocabulary.size
  let longest = vocabulary.longest
  for (const [id, { content }] of specials) {
    size = Math.max(size, id + 1)
    longest = Math.max(longest, content.length)
  }
  return {
    size,
    longest,
    dropsFirstSpace: alphabet.dropsFirstSpace,
    readsBars: alphabet.spell('▁').endsWith(' '),
    byteFallback,
    leavesOut: pipeline.model.type === 'BPE' && unknown === null && !(byteFallback && vocabulary.hasAllBytes) &&
      !(spellsBytes(pipeline) && vocabulary.hasByteAlphabet),
    pieceOf(id) {
      let piece = read.get(id)
      if (piece === undefined) read.set(id, piece = make(id))
      return piece
    },
  }
}

const spellsBytes = ({ normalizer, pre_tokenizer }: Prepared['pipeline']): boolean =>
  [...flattenSteps(normalizer), ...flattenSteps(pre_tokenizer)].some(({ type }) => type === 'ByteLevel')

function unknownToken(model: Prepared['pipeline']['model']): string | number | null {
  if (model.type === 'Unigram') return typeof model.unk_id === 'number' ? model.unk_id : null
  return typeof model.unk_token === 'string' ? model.unk_token : null
}

interface Alphabet {
  dropsFirstSpace: boolean
  /** A text as it reads after decoding. */
  spell(token: string): string
  /** A token as it reads after other text. */
  read(token: string): Piece
}

/** Decoders for which it is known what each token adds to the text. */
const KNOWN = ['ByteLevel', 'Metaspace', 'Replace', 'ByteFallback', 'Fuse', 'Strip', 'WordPiece', 'BPEDecoder', 'Sequence']

function alphabetOf(decoder: Step | null, path: string): Alphabet {
  const steps = flattenSteps(decoder)
  const unknown = steps.find(({ type }) => !KNOWN.includes(type))
  if (unknown) {
    throw new UserError('UNSUPPORTED', `${path} has the decoder ${unknown.type}, of which it is not known what a token adds to the ` +
      `text; supported are ${KNOWN.join(', ')}.`)
  }
  if (steps.some(({ type }) => type === 'ByteLevel')) return { dropsFirstSpace: false, spell: (text) => text, read: readByteLevel }
  const hasBytes = steps.some(({ type }) => type === 'ByteFallback')
  const spellings = steps.map(spellingOf)
  // Without a decoder, tokens are written with blanks between them.
  const spell = (token: string) => (decoder === null ? ` ${token}` : spellings.reduce((text, change) => change(text), token))
  return {
    dropsFirstSpace: decoder === null || steps.some(dropsFirst),
    spell,
    read(token) {
      const byte = hasBytes ? /^<0x([0-9A-F]{2})>$/i.exec(token)?.[1] : undefined
      if (byte !== undefined) return { kind: 'bytes', bytes: Uint8Array.of(Number.parseInt(byte, 16)) }
      return { kind: 'text', text: spell(token) }
    },
  }
}

function dropsFirst(step: Step): boolean {
  if (step.type === 'WordPiece') return true
  if (step.type === 'Metaspace') return metaspaceAddsPrefix(step)
  return step.type === 'Strip' && step.content === ' ' && Number(step.start) > 0
}

/** `prepend_scheme` replaced `add_prefix_space`; if a file has neither, the space is added. */
const metaspaceAddsPrefix = (step: Step): boolean =>
  step.prepend_scheme === undefined ? step.add_prefix_space !== false : step.prepend_scheme !== 'never'

type Spelling = (text: string) => string

/** How a decoder spells one token that follows others. */
function spellingOf(step: Step): Spelling {
  if (step.type === 'Metaspace') return replacing(typeof step.replacement === 'string' ? step.replacement : '▁', ' ')
  if (step.type === 'Replace') {
    const { String: found, Regex: pattern } = step.pattern as { String?: string; Regex?: string }
    const content = typeof step.content === 'string' ? step.content : ''
    return found === undefined ? replacing(new RegExp(pattern ?? '(?!)', 'gu'), content) : replacing(found, content)
  }
  if (step.type === 'BPEDecoder') return replacing(typeof step.suffix === 'string' ? step.suffix : '</w>', ' ')
  if (step.type !== 'WordPiece') return (text) => text
  const prefix = typeof step.prefix === 'string' ? step.prefix : '##'
  const clean: Spelling = step.cleanup === false ? (text) => text : cleanUp
  return (token) => clean(token.startsWith(prefix) ? token.slice(prefix.length) : ` ${token}`)
}

const replacing = (found: string | RegExp, content: string): Spelling => (text) => text.replaceAll(found, () => content)

/** Blanks before punctuation and contractions, removed token by token like in the library. */
const cleanUp: Spelling = (text) => LEANING.reduce(
  (cleaned, each) => cleaned.replaceAll(each, each.trimStart()),
  text.replaceAll(" ' ", "'").replaceAll(' do not', " don't"),
)

const LEANING = [' .', ' ?', ' !', ' ,', " n't", " 'm", " 's", " 've", " 're"]

function readByteLevel(token: string): Piece {
  const bytes: number[] = []
  for (const character of token) {
    const byte = byteOfCharacter.get(character)
    // A token that is not spelled in bytes is text.
    if (byte === undefined) return { kind: 'text', text: token }
    bytes.push(byte)
  }
  return { kind: 'bytes', bytes: Uint8Array.from(bytes) }
}
