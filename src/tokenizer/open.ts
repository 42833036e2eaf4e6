/** A folder's tokenizer, run by the library that defines the meaning of tokenizer.json. */
import { UserError } from '../errors.ts'
import { encodeAnswer, findTarget, type IdSource } from './answers.ts'
import { placeMessages, readChatTemplate, renderQuestion } from './chat.ts'
import { type Piece, type Pieces, readPieces } from './pieces.ts'
import { hasTokenizerFiles, type Prepared, prepareTokenizer } from './prepare.ts'
import { spansOf } from './spans.ts'
import { tokenTexts } from './token-texts.ts'
import { type Encoding, refuseModel, TokenizerHost } from './tokenizer-host.ts'
import type { EncodedToken, Tokenizer } from './tokenizer.ts'

/**
 * null if the folder has no tokenizer. Refuses (BAD_MODEL, UNSUPPORTED) one that cannot be read exactly as transformers
 * reads it.
 */
export async function openTokenizer(modelDir: string): Promise<Tokenizer | null> {
  if (!hasTokenizerFiles(modelDir)) return null
  let hash = ''
  const host = new TokenizerHost(async () => {
    const again = await prepareTokenizer(modelDir)
    if (again?.hash() === hash) return again
    throw new UserError('NOT_FOUND', `The tokenizer in ${modelDir} is another one than before; open the model anew.`)
  })
  try {
    const prepared = await prepareTokenizer(modelDir)
    if (!prepared) {
      host.close()
      return null
    }
    const opening = await passTo(host, prepared)
    // The library reads the file on another core meanwhile. Its failure waits, because faults of the vocabulary are
    // reported first.
    hash = prepared.hash()
    const added = await opening.added
    const pieces = readPieces(prepared, added)
    const renderChat = await chatOf(modelDir, prepared, host)
    return makeTokenizer({ hash, host, pieces, probed: await probe(host, prepared, pieces), renderChat })
  } catch (error) {
    host.close()
    throw error
  }
}

/** Waits until the library's process has the whole file: hashing keeps this thread from passing on the rest of it. */
async function passTo(host: TokenizerHost, prepared: Prepared): Promise<{ added: Promise<Map<string, number>> }> {
  return new Promise((resolve) => {
    const added: Promise<Map<string, number>> = host.open(prepared, () => resolve({ added }))
    added.catch(() => resolve({ added }))
  })
}

async function chatOf(
  modelDir: string, { chatTemplate, names }: Prepared, host: TokenizerHost,
): Promise<Tokenizer['renderChat']> {
  const template = await readChatTemplate(modelDir, chatTemplate)
  return async (messages, modelName) => {
    if (template === null) throw new UserError('BAD_INPUT', `The model${modelName === undefined ? '' : ` ${modelName}`} has no chat template; give the prompt as text.`)
    return placeMessages(await host.render(renderQuestion(template, names, messages)), messages)
  }
}

/** sha256 (hex) of whatever decides the ids of the folder's tokenizer; null if it has none. */
export async function hashTokenizer(modelDir: string): Promise<string | null> {
  return (await prepareTokenizer(modelDir))?.hash() ?? null
}

interface Parts {
  hash: string
  host: TokenizerHost
  pieces: Pieces
  probed: Probed
  renderChat: Tokenizer['renderChat']
}

function makeTokenizer({ hash, host, pieces, probed: { addsSpace, beginning }, renderChat }: Parts): Tokenizer {
  const describePiece = (id: number) => pieceOrPlaceholder(pieces, id)
  const tokenText = (id: number) => readableText(describePiece(id))

  const isSpace = (character: string | undefined) => character === ' ' || (character === '▁' && pieces.readsBars)

  async function encode(text: string, { specials = true } = {}): Promise<EncodedToken[]> {
    const [encoding] = await host.encode({ texts: [text], specials, continues: false })
    return encoding ? tokensOf(text, encoding) : []
  }

  function tokensOf(text: string, { ids, offsets, special }: Encoding): EncodedToken[] {
    const described = ids.map((id, k) => (special[k] === 1 ? null : describePiece(id)))
    const spans = spansOf(text, offsets, described, pieces)
    const texts = tokenTexts(described.map((piece, k) => piece ?? describePiece(ids[k]!)))
    // A section begins at the start of the text and after every added token. The tokenizer may insert a space before it.
    let section: { at: number; place: 'first' | 'later' } | null = { at: 0, place: 'first' }
    return ids.map((id, k): EncodedToken => {
      const piece = described[k]
      const span = spans[k] ?? null
      if (!piece || span === null) return { id, text: texts[k]!, start: null, end: null }
      const begun = section
      // The user may have written `<unk>` in the text; then it is an added token like any other.
      const isAdded = piece.kind === 'added' || (piece.kind === 'unknown' && text.slice(span.start, span.end) === piece.text)
      section = isAdded ? { at: span.end, place: 'later' } : null
      const inserted = begun !== null && !isAdded && texts[k]!.startsWith(' ') &&
        addsSpace(begun.place, isSpace(text[begun.at]))
      const shown = inserted ? texts[k]!.slice(1) : texts[k]!
      if (inserted && shown === '' && piece.kind === 'text') return { id, text: '', start: null, end: null }
      return { id, text: shown, ...span }
    })
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

  const idsOf = async (texts: string[], continues: boolean) =>
    (await host.encode({ texts, specials: false, continues })).map(({ ids }) => ids)
  const source: IdSource = {
    plain: (texts) => idsOf(texts, false),
    continuation: async (text) => (await idsOf([text], true))[0] ?? [],
    isToken: (id) => pieces.pieceOf(id) !== null,
    tokenText,
    size: pieces.size,
    longest: pieces.longest,
  }
  return {
    hash,
    size: pieces.size,
    beginningOfSequence: beginning,
    encode,
    renderChat,
    encodeContinuation: source.continuation,
    encodeAnswer: (prompt, answer) => encodeAnswer(source, prompt, answer),
    findTarget: (text, prompt) => findTarget(source, text, prompt),
    describe,
    tokenText,
  }
}

/** Models have more embeddings than their tokenizer has tokens, so any id may occur. */
const pieceOrPlaceholder = (pieces: Pieces, id: number): Piece =>
  pieces.pieceOf(id) ?? { kind: 'added', text: `#${id}`, special: true }

function readableText(piece: Piece): string {
  if (piece.kind !== 'bytes') return piece.text
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(piece.bytes)
  } catch {
    return Array.from(piece.bytes, (byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`).join('')
  }
}

interface Probed {
  /** Whether a space is put before a section, given the section's place and whether a space opens it. */
  addsSpace(place: 'first' | 'later', opensWithSpace: boolean): boolean
  /** The id put first in every sequence. */
  beginning: number | null
}

/**
 * Asks the tokenizer itself, because half a dozen settings decide this. It may refuse one of these texts (as any text with
 * a letter that it has no token for). If it refuses all of them, it is refused.
 */
async function probe(host: TokenizerHost, { path, kept, additions }: Prepared, pieces: Pieces): Promise<Probed> {
  const separator = [...kept, ...additions].find((token) => token.special)?.content ?? null
  const ask = (text: string) => host.encode({ texts: [text], specials: true, continues: false }, refuseModel(path))
    .then(([encoding]) => ({ encoding, error: null }), (error: unknown) => ({ encoding: undefined, error }))
  const empty = await ask('')
  const answers = [await ask('a'), await ask(' a')]
  if (separator !== null) answers.push(await ask(`${separator}a`), await ask(`${separator} a`))
  if (empty.error !== null && answers.every(({ error }) => error !== null)) throw empty.error
  const opens = (k: number, blanks: string, skip: number) => {
    const encoding = answers[k]?.encoding
    if (!encoding) return false
    const inText = encoding.ids.filter((_, at) => encoding.special[at] !== 1)
    return tokenTexts(inText.map((id) => pieceOrPlaceholder(pieces, id)).slice(skip)).join('').startsWith(`${blanks} `)
  }
  const plain = { first: opens(0, '', 0), later: opens(2, '', 1) }
  const spaced = { first: opens(1, ' ', 0), later: opens(3, ' ', 1) }
  const alone = answers.find(({ encoding }) => encoding)?.encoding
  return {
    addsSpace: (place, opensWithSpace) => (opensWithSpace ? spaced : plain)[place],
    beginning: alone?.special[0] === 1 ? alone.ids[0] ?? null : null,
  }
}
