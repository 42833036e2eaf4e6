/** A folder's tokenizer, on the library that reads tokenizer.json. */
import { UserError } from '../errors.ts'
import { alignTokens, type SurfaceToken } from './align.ts'
import { buildPipeline, type Pipeline } from './pipeline.ts'
import { type Piece, type Pieces, readPieces } from './pieces.ts'
import { joinAnswer } from './separator.ts'
import { tokenTexts } from './token-texts.ts'
import { readTokenizerFile, type TokenizerFile } from './tokenizer-file.ts'
import type { EncodedToken, Tokenizer } from './tokenizer.ts'

/** Characters. A longer target is refused unread, a shorter one of several tokens with the list of them. */
const LONGEST_NAMED_TARGET = 1000

/** null when the folder has no tokenizer.json. */
export async function openTokenizer(modelDir: string): Promise<Tokenizer | null> {
  const file = await readTokenizerFile(modelDir)
  return file && makeTokenizer(file)
}

function makeTokenizer(file: TokenizerFile): Tokenizer {
  const pieces = readPieces(file.json)
  const pipeline = buildPipeline(file)
  const specials = countSpecials(pipeline)
  const addsSpace = probeSpaces(file, pieces, pipeline)
  const normalize = (text: string) => pieces.spell(pipeline.normalize(text))
  const describePiece = (id: number) => pieceOrPlaceholder(pieces, id)
  const tokenText = (id: number) => readableText(describePiece(id))
  const longestTarget = Math.max(pieces.longest, LONGEST_NAMED_TARGET)

  function encode(text: string): EncodedToken[] {
    const ids = pipeline.encode(text)
    const inText = ids.slice(specials.before, ids.length - specials.after)
    const aligned = alignTokens(text, surfaceOf(inText.map(describePiece)), { normalize, addsSpace })
    return ids.map((id, k): EncodedToken => {
      const token = aligned[k - specials.before]
      if (!token) return { id, text: tokenText(id), start: null, end: null }
      return { id, text: token.text, start: token.span?.start ?? null, end: token.span?.end ?? null }
    })
  }

  function encodeAnswer(prompt: string, given: string): number[] {
    const { separator, answer } = joinAnswer(prompt, given)
    const promptIds = pipeline.encodePlain(prompt)
    const whole = pipeline.encodePlain(prompt + separator + answer)
    // Where the prompt's own tokens change once the answer follows, the model still sees them as they are.
    const stable = whole.length > promptIds.length && promptIds.every((id, k) => id === whole[k])
    const ids = stable ? whole.slice(promptIds.length) : pipeline.encodeContinuation(separator + answer)
    if (answer.trim() === '' || ids.length === 0) {
      throw new UserError('BAD_INPUT', `The answer ${JSON.stringify(given)} has no tokens; expected a word or more.`)
    }
    return ids
  }

  function findTarget(text: string, prompt?: string): number {
    const byId = /^#(\d+)$/.exec(text)?.[1]
    if (byId !== undefined) return knownId(pieces, Number(byId))
    if (text.length > longestTarget) {
      throw new UserError('BAD_INPUT', `The target has ${text.length} characters, more than any token of this model; ` +
        'a target is one token, such as the first of that text.')
    }
    const ids = prompt === undefined ? pipeline.encodeContinuation(text) : encodeAnswer(prompt, text)
    const [first] = ids
    if (first === undefined) throw new UserError('BAD_INPUT', 'The target is empty; give the text of one token, or #ID.')
    if (ids.length === 1) return first
    const list = ids.slice(0, 12).map((id) => `#${id} ${JSON.stringify(tokenText(id))}`).join(', ')
    throw new UserError('BAD_INPUT', `The target ${JSON.stringify(text)} is ${ids.length} tokens: ${list}` +
      `${ids.length > 12 ? ' …' : ''}; a target is one token. Take the first with --target '#${first}'.`)
  }

  function describe(ids: readonly number[]): EncodedToken[] {
    const described = ids.map(describePiece)
    const texts = tokenTexts(described)
    const isSpecial = (piece: Piece) => piece.kind === 'added' && piece.special
    const opening = described.findIndex((piece) => !isSpecial(piece))
    if (pieces.dropsFirstSpace && texts[opening]?.startsWith(' ')) texts[opening] = texts[opening]!.slice(1)
    let end = 0
    return ids.map((id, k) => {
      const text = texts[k]!
      if (isSpecial(described[k]!)) return { id, text, start: null, end: null }
      const start = end
      end += text.length
      return { id, text, start, end }
    })
  }

  return {
    hash: file.hash,
    size: pieces.size,
    beginningOfSequence: specials.first,
    encode,
    encodeContinuation: pipeline.encodeContinuation,
    encodeAnswer,
    findTarget,
    describe,
    tokenText,
  }
}

const surfaceOf = (pieces: readonly Piece[]): SurfaceToken[] => {
  const texts = tokenTexts(pieces)
  return pieces.map(({ kind }, k) => ({ text: texts[k]!, added: kind === 'added', unknown: kind === 'unknown' }))
}

/** Models have more embeddings than their tokenizer has tokens, so any id may turn up. */
const pieceOrPlaceholder = (pieces: Pieces, id: number): Piece =>
  pieces.pieceOf(id) ?? { kind: 'added', text: `#${id}`, special: true }

function knownId(pieces: Pieces, id: number): number {
  if (pieces.pieceOf(id)) return id
  throw new UserError('BAD_INPUT', `The target #${id} is not a token; ids go from 0 to ${pieces.size - 1}.`)
}

function readableText(piece: Piece): string {
  if (piece.kind !== 'bytes') return piece.text
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(piece.bytes)
  } catch {
    return Array.from(piece.bytes, (byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`).join('')
  }
}

/** How many special tokens stand before and after every text; the same for all texts. */
function countSpecials(pipeline: Pipeline): { before: number; after: number; first: number | null } {
  const sample = 'a'
  const plain = pipeline.encodePlain(sample)
  const full = pipeline.encode(sample)
  const extra = full.length - plain.length
  for (let before = 0; before <= extra; before++) {
    if (plain.every((id, k) => id === full[before + k])) {
      return { before, after: extra - before, first: before > 0 ? full[0]! : null }
    }
  }
  throw new UserError('UNSUPPORTED', 'The tokenizer rewrites a text when it adds special tokens, which is not supported; ' +
    'expected a post-processor that only puts tokens before and after.')
}

/** Whether a space is put before a section: asked of the tokenizer itself, since half a dozen settings decide it. */
function probeSpaces({ json }: TokenizerFile, pieces: Pieces, pipeline: Pipeline) {
  const surface = (text: string, skip: number) =>
    tokenTexts(pipeline.encodePlain(text).map((id) => pieceOrPlaceholder(pieces, id)).slice(skip)).join('')
  const separator = json.added_tokens.find((token) => token.special)?.content
  const addsBefore = (spaces: string) => ({
    first: surface(`${spaces}a`, 0).startsWith(`${spaces} `),
    later: separator !== undefined && surface(`${separator}${spaces}a`, 1).startsWith(`${spaces} `),
  })
  const [plain, spaced] = [addsBefore(''), addsBefore(' ')]
  return (place: 'first' | 'later', opensWithSpace: boolean) => (opensWithSpace ? spaced : plain)[place]
}
