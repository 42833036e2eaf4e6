/**
 * A sentencepiece model (tokenizer.model), converted like transformers 5.18 converts it. The pieces become the
 * vocabulary, and every way to make a piece from two others becomes a merge. The file is a protocol buffer from a
 * stranger. Fields are those of sentencepiece_model.proto.
 */
import protobuf from 'protobufjs/minimal.js'
import { UserError } from '../errors.ts'
import type { TokenizerClass } from './class-of.ts'
import { classRules } from './classes.ts'
import type { AddedToken } from './settings.ts'
import { once, type Source } from './source.ts'
import { readVocabulary } from './vocabulary.ts'

interface Piece {
  text: string
  score: number
  type: number
}

export interface SentencePieceModel {
  pieces: Piece[]
  isUnigram: boolean
  byteFallback: boolean
  /** An id below 0 means that the token does not exist. */
  ids: { unknown: number; begin: number; end: number }
  names: { unknown: string; begin: string; end: string }
  /** Normalisation rules in sentencepiece's own format; empty if there are none. */
  charsMap: Uint8Array
}

const MAX_PIECES = 2_000_000
/** Limit for trying every split of a piece, which takes time that grows with the square of its length. */
const MAX_SPLIT_WORK = 1_000_000_000

const NORMAL = 1
const CONTROL = 3
const USER_DEFINED = 4
const UNIGRAM = 1

/** Refuses (BAD_MODEL) a file that is not a sentencepiece model. */
export function readSentencePiece(bytes: Uint8Array, path: string): SentencePieceModel {
  const model: SentencePieceModel = {
    pieces: [], isUnigram: true, byteFallback: false,
    ids: { unknown: 0, begin: 1, end: 2 }, names: { unknown: '<unk>', begin: '<s>', end: '</s>' }, charsMap: new Uint8Array(),
  }
  try {
    const reader = protobuf.Reader.create(bytes)
    while (reader.pos < reader.len) {
      const tag = reader.uint32()
      if (tag === tagOf(1, 2)) model.pieces.push(readPiece(reader))
      else if (tag === tagOf(2, 2)) readTrainer(reader, model)
      else if (tag === tagOf(3, 2)) readNormalizer(reader, model)
      else reader.skipType(tag & 7)
      if (model.pieces.length > MAX_PIECES) throw new RangeError(`more than ${MAX_PIECES} pieces`)
    }
    if (model.pieces.length === 0) throw new RangeError('no pieces')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new UserError('BAD_MODEL', `${path} is no sentencepiece model (${why}); download it again, or save the tokenizer as ` +
      'tokenizer.json with a current transformers.', { cause })
  }
  return model
}

const tagOf = (field: number, wireType: number) => field * 8 + wireType

/** Calls `read` for each field of the message that begins here; fields that `read` does not take are skipped. */
function readMessage(reader: protobuf.Reader, read: (tag: number) => boolean): void {
  const end = reader.uint32() + reader.pos
  if (end > reader.len) throw new RangeError('a message reaches over the end')
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (!read(tag)) reader.skipType(tag & 7)
  }
}

function readPiece(reader: protobuf.Reader): Piece {
  const piece: Piece = { text: '', score: 0, type: NORMAL }
  readMessage(reader, (tag) => {
    if (tag === tagOf(1, 2)) piece.text = reader.string()
    else if (tag === tagOf(2, 5)) piece.score = reader.float()
    else if (tag === tagOf(3, 0)) piece.type = reader.int32()
    else return false
    return true
  })
  return piece
}

function readTrainer(reader: protobuf.Reader, model: SentencePieceModel): void {
  readMessage(reader, (tag) => {
    if (tag === tagOf(3, 0)) model.isUnigram = reader.int32() === UNIGRAM
    else if (tag === tagOf(35, 0)) model.byteFallback = reader.bool()
    else if (tag === tagOf(40, 0)) model.ids.unknown = reader.int32()
    else if (tag === tagOf(41, 0)) model.ids.begin = reader.int32()
    else if (tag === tagOf(42, 0)) model.ids.end = reader.int32()
    else if (tag === tagOf(45, 2)) model.names.unknown = reader.string()
    else if (tag === tagOf(46, 2)) model.names.begin = reader.string()
    else if (tag === tagOf(47, 2)) model.names.end = reader.string()
    else return false
    return true
  })
}

function readNormalizer(reader: protobuf.Reader, model: SentencePieceModel): void {
  readMessage(reader, (tag) => {
    if (tag !== tagOf(2, 2)) return false
    model.charsMap = reader.bytes()
    return true
  })
}

/** A specific class uses the pieces as BPE and builds the rest; for the plain class, the model's own kind decides. */
export function sourceOfSentencePiece(
  model: SentencePieceModel,
  className: TokenizerClass,
  origin: Pick<Source, 'path' | 'hash'>,
  renamed: ReadonlyMap<number, string>,
): Source {
  const { path } = origin
  const isPlain = classRules[className].build === null
  const isUnigram = isPlain && model.isUnigram
  const vocab = isUnigram
    ? model.pieces.map(({ text, score }): [string, number] => [text, score])
    : new Map(model.pieces.map(({ text }, id) => [text, id]))
  const merges = Array.isArray(vocab) ? null : mergesOf(vocab, path)
  if (isPlain && !Array.isArray(vocab)) rename(vocab, renamed)
  const vocabJson = Buffer.from(JSON.stringify(Array.isArray(vocab) ? vocab : Object.fromEntries(vocab)))
  const { ids, names } = model
  return {
    ...origin,
    pipeline: {
      normalizer: {
        type: 'Sequence',
        normalizers: [
          ...(model.charsMap.length > 0
            ? [{ type: 'Precompiled', precompiled_charsmap: Buffer.from(model.charsMap).toString('base64') }]
            : []),
          { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
        ],
      },
      pre_tokenizer: null,
      post_processor: null,
      decoder: {
        type: 'Sequence',
        decoders: [
          { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
          ...(model.byteFallback ? [{ type: 'ByteFallback' }, { type: 'Fuse' }] : []),
        ],
      },
      model: isUnigram
        ? { type: 'Unigram', unk_id: ids.unknown, byte_fallback: model.byteFallback }
        : { type: 'BPE', unk_token: names.unknown, fuse_unk: true, byte_fallback: model.byteFallback },
    },
    added: [],
    vocabulary: once(() => readVocabulary(vocabJson, { start: 0, end: vocabJson.length }, path)),
    vocabJson,
    mergesJson: merges && Buffer.from(JSON.stringify(merges)),
    isTokenizerJson: false,
    names: isPlain
      ? {
        ...(ids.begin >= 0 && { bos_token: names.begin || '<s>' }),
        ...(ids.end >= 0 && { eos_token: names.end || '</s>' }),
        ...(ids.unknown >= 0 && { unk_token: names.unknown || '<unk>' }),
      }
      : {},
    extra: model.pieces.flatMap(({ text, type }) => (type === CONTROL || type === USER_DEFINED ? [tokenOf(text, type)] : [])),
  }
}

const tokenOf = (content: string, type: number): AddedToken => ({
  content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: type === CONTROL,
})

/** Renames placeholders to the names in tokenizer_config.json. */
function rename(vocab: Map<string, number>, renamed: ReadonlyMap<number, string>): void {
  for (const [token, id] of Array.from(vocab)) {
    const name = renamed.get(id)
    if (name === undefined || vocab.has(name)) continue
    vocab.delete(token)
    vocab.set(name, id)
  }
}

/** Merges in the order of the resulting piece's id, then by the length of the left part in characters. */
function mergesOf(vocab: ReadonlyMap<string, number>, path: string): [string, string][] {
  let work = 0
  const merges: [string, string][] = []
  for (const token of vocab.keys()) {
    work += token.length ** 2
    if (work > MAX_SPLIT_WORK) {
      throw new UserError('BAD_MODEL', `${path} has pieces that are too long to be taken apart; expected words and parts of words.`)
    }
    let left = ''
    for (const character of token) {
      left += character
      const right = token.slice(left.length)
      if (right !== '' && vocab.has(left) && vocab.has(right)) merges.push([left, right])
    }
  }
  return merges
}
