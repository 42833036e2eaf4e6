/**
 * What each id stands for: bytes, text, or a token added to the vocabulary as written. Two families of tokenizers are
 * known. Byte-level BPE (GPT-2, Llama 3, Qwen) spells every byte as one printable character. Those after sentencepiece
 * (Llama 2, Mistral, Gemma) spell text as it is with `▁` for the space, and bytes that have no token as `<0xE2>`.
 */
import { UserError } from '../errors.ts'
import { flattenSteps, type TokenizerJson } from './tokenizer-file.ts'

export type Piece =
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'text'; text: string }
  /** As written: `<s>`, `<|im_start|>`. */
  | { kind: 'added'; text: string; special: boolean }
  /** Stands for any character the vocabulary lacks. */
  | { kind: 'unknown'; text: string }

export interface Pieces {
  /** One more than the largest id. */
  size: number
  /** No token stands for more characters of normalised text. */
  longest: number
  /** null for an id that has no token. */
  pieceOf(id: number): Piece | null
  /** Decoding drops the space that opens the text. */
  dropsFirstSpace: boolean
  /** How normalised text reads once it was tokenized and decoded. */
  spell(normalized: string): string
}

export function readPieces(json: TokenizerJson): Pieces {
  const tokens = tokenTexts(json)
  const added = new Map(json.added_tokens.map((token) => [token.id, token]))
  const unknownId = unknownIdOf(json)
  const alphabet = alphabetOf(json)
  const read = new Map<number, Piece>()
  return {
    size: tokens.length,
    longest: tokens.reduce((most, token) => Math.max(most, token?.length ?? 0), 0),
    dropsFirstSpace: alphabet.dropsFirstSpace,
    spell: alphabet.spell,
    pieceOf(id) {
      const token = tokens[id]
      if (token === undefined) return null
      if (id === unknownId) return { kind: 'unknown', text: token }
      const addition = added.get(id)
      if (addition) return { kind: 'added', text: addition.content, special: addition.special }
      const piece = read.get(id) ?? alphabet.read(token)
      read.set(id, piece)
      return piece
    },
  }
}

/** By id; holes where an id is not used. */
function tokenTexts({ model, added_tokens }: TokenizerJson): (string | undefined)[] {
  const texts: (string | undefined)[] = []
  if (model.type === 'BPE') for (const [token, id] of Object.entries(model.vocab)) texts[id] = token
  else model.vocab.forEach(([token], id) => { texts[id] = token })
  for (const { id, content } of added_tokens) texts[id] = content
  return texts
}

function unknownIdOf({ model }: TokenizerJson): number | null {
  if (model.type === 'Unigram') return model.unk_id ?? null
  return model.unk_token == null ? null : model.vocab[model.unk_token] ?? null
}

interface Alphabet {
  dropsFirstSpace: boolean
  spell(normalized: string): string
  read(token: string): Piece
}

function alphabetOf(json: TokenizerJson): Alphabet {
  const decoders = flattenSteps(json.decoder)
  const types = decoders.map((step) => step.type)
  if (types.includes('ByteLevel')) {
    return { dropsFirstSpace: false, spell: (text) => text, read: readByteLevel }
  }
  const metaspace = decoders.find((step) => step.type === 'Metaspace')
  const replacesSpace = decoders.some((step) => step.type === 'Replace' && step.content === ' ')
  if (!metaspace && !replacesSpace) {
    throw new UserError('UNSUPPORTED', `The tokenizer's decoder (${types.join(', ') || 'none'}) is not supported; expected ` +
      'ByteLevel, or Metaspace or Replace as sentencepiece tokenizers have them.')
  }
  const hasBytes = types.includes('ByteFallback')
  const strips = decoders.some((step) => step.type === 'Strip' && step.content === ' ' && Number(step.start) > 0)
  const spell = (text: string) => text.replaceAll('▁', ' ')
  return {
    dropsFirstSpace: strips || (metaspace !== undefined && metaspaceAddsPrefix(metaspace)),
    spell,
    read(token) {
      const byte = hasBytes ? /^<0x([0-9A-F]{2})>$/i.exec(token)?.[1] : undefined
      if (byte !== undefined) return { kind: 'bytes', bytes: Uint8Array.of(Number.parseInt(byte, 16)) }
      return { kind: 'text', text: spell(token) }
    },
  }
}

/** `prepend_scheme` replaced `add_prefix_space`; without either the space is added. */
export const metaspaceAddsPrefix = (step: Record<string, unknown>): boolean =>
  step.prepend_scheme === undefined ? step.add_prefix_space !== false : step.prepend_scheme !== 'never'

function readByteLevel(token: string): Piece {
  const bytes: number[] = []
  for (const character of token) {
    const byte = byteOfCharacter.get(character)
    // A token that is not spelled in bytes is text, whoever put it there.
    if (byte === undefined) return { kind: 'text', text: token }
    bytes.push(byte)
  }
  return { kind: 'bytes', bytes: Uint8Array.from(bytes) }
}

/**
 * GPT-2's spelling: printable Latin-1 bytes stand for themselves, the 68 others for the characters from U+0100 on, in
 * order.
 */
const byteOfCharacter = new Map<string, number>()
let others = 0
for (let byte = 0; byte < 256; byte++) {
  const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
  byteOfCharacter.set(String.fromCodePoint(printable ? byte : 0x100 + others++), byte)
}
