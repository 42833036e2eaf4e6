/**
 * What the server knows of models: identities and tokenizers. These are enough to read questions; no weights are
 * loaded.
 */
import { hostname } from 'node:os'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import { type PatternQuestion, type PreparedPatternQuestion, preparePatternQuestion } from '../src/attention/pattern.ts'
import { type AttentionQuestion, type PreparedAttentionQuestion, prepareAttentionQuestion } from '../src/attention/resolve.ts'
import { DEFAULT_MEMORY_LIMIT_BYTES, type PreparedRequest } from '../src/attribution/prepare.ts'
import { type AttributionQuestion, prepareQuestion, type ResolveContext } from '../src/attribution/resolve.ts'
import { type PromptQuestion, resolvePrompt } from '../src/attribution/resolve-prompt.ts'
import type { Asked } from '../schema/ports.ts'
import { UserError } from '../src/errors.ts'
import type { PreparedGraph } from '../src/graph/prepare.ts'
import { type GraphQuestion, prepareGraphQuestion } from '../src/graph/resolve.ts'
import type { PreparedIntervention } from '../src/interventions/prepare.ts'
import { type InterventionQuestion, prepareInterventionQuestion } from '../src/interventions/resolve.ts'
import type { ModelIdentity } from '../src/model/identity.ts'
import { configOf, identityOf, modelPaths, sequenceHash, tokenNamespace, type Store } from '../src/store/index.ts'
import { openTokenizer } from '../src/tokenizer/open.ts'
import type { ChatSpan } from '../src/tokenizer/chat.ts'
import type { Tokenizer, TokenView } from '../src/tokenizer/tokenizer.ts'

/** Tokenizers of large vocabularies take some 100 MB each. */
const MOST_MODELS = 16

const MOST_DECODED_TOKENS = 50_000

/**
 * Shorter texts are read within a few milliseconds. They are read together, so that their questions go to the queue
 * together.
 */
const LONG_TEXT_CHARACTERS = 2000

/** The part of a prepared question that comes from its prompt. */
interface Read {
  request: { tokenIds: readonly number[] }
  tokens: readonly TokenView[]
  text: string | null
  messages?: readonly ChatSpan[]
  warnings: readonly string[]
}

interface Models {
  identity(modelId: number): Promise<ModelIdentity>
  /** From words to numbers. Refuses (UserError) what cannot be meant or asked. */
  prepare(modelId: number, question: AttributionQuestion): Promise<Asked<PreparedRequest>>
  prepareIntervention(modelId: number, question: InterventionQuestion): Promise<Asked<PreparedIntervention>>
  prepareGraph(modelId: number, question: GraphQuestion): Promise<Asked<PreparedGraph>>
  prepareAttention(modelId: number, question: AttentionQuestion): Promise<PreparedAttentionQuestion>
  preparePattern(modelId: number, question: PatternQuestion): Promise<PreparedPatternQuestion>
  /** A prompt as the model reads it, with what its tokenizer adds. Refuses (UserError) a model without a tokenizer. */
  tokens(modelId: number, prompt: PromptQuestion): Promise<readonly TokenView[]>
}

/** `engine`: that of the workers' attributors, under which answers are stored. */
export function openModels(store: Store, engine: string, host = hostname()): Models {
  const known = new LRUCache<number, Promise<ResolveContext>>({ max: MOST_MODELS })
  let turns: Promise<void> = Promise.resolve()

  /** Long texts of one query are read one after another, so that others that wait for the thread come in between. */
  function takeTurn(): Promise<void> {
    turns = turns.then(() => nextTurn())
    return turns
  }

  function contextOf(modelId: number): Promise<ResolveContext> {
    const present = known.get(modelId)
    if (present !== undefined) return present
    const context = loadContext({ store, engine, host }, modelId)
    known.set(modelId, context)
    // A failure is not kept, because its cause may be gone by the next time.
    context.catch(() => known.delete(modelId))
    return context
  }

  async function read<Q extends PromptQuestion, P extends Read>(
    modelId: number, question: Q, prepare: (question: Q, context: ResolveContext) => Promise<P>,
  ): Promise<Asked<P>> {
    const context = await contextOf(modelId)
    if (charactersOf(question) > LONG_TEXT_CHARACTERS) await takeTurn()
    const prepared = await prepare(question, context)
    const { request, tokens, text, messages, warnings } = prepared
    // The request has only ids, and other texts may have the same ids.
    const hash = sequenceHash(tokenNamespace(context.model), request.tokenIds)
    return { request: prepared, own: text === null ? null : { sequenceHash: hash, text, tokens, ...(messages && { messages }), warnings } }
  }

  return {
    identity: async (modelId) => (await contextOf(modelId)).model,
    prepare: async (modelId, question) => {
      const asked = await read(modelId, question, prepareQuestion)
      refuseTooMuchDecoded(asked.request)
      return asked
    },
    prepareIntervention: (modelId, question) => read(modelId, question, prepareInterventionQuestion),
    prepareGraph: (modelId, question) => read(modelId, question, prepareGraphQuestion),
    prepareAttention: async (modelId, question) => (await read(modelId, question, prepareAttentionQuestion)).request,
    preparePattern: async (modelId, question) => (await read(modelId, question, preparePatternQuestion)).request,
    tokens: async (modelId, prompt) => {
      const { model, tokenizer } = await contextOf(modelId)
      if (charactersOf(prompt) > LONG_TEXT_CHARACTERS) await takeTurn()
      const { tokens } = await resolvePrompt(prompt, model, tokenizer)
      if (tokens.length <= model.maxPositions) return tokens
      throw new UserError('TOO_LARGE', `The text is ${tokens.length} tokens; the model ${model.name} takes at most ${model.maxPositions}.`)
    },
  }
}

const charactersOf = ({ text, messages }: PromptQuestion): number =>
  (messages ?? []).reduce((sum, { content }) => sum + content.length, text?.length ?? 0)

/** Decoded tokens are read in one piece, some 50 bytes each, so their number is limited. */
function refuseTooMuchDecoded({ request, plan }: PreparedRequest): void {
  if (request.decode === undefined || plan === null) return
  const { components } = plan.cost
  const tokens = components * request.decode
  if (tokens <= MOST_DECODED_TOKENS) return
  throw new UserError(
    'TOO_LARGE',
    `${request.decode} decoded tokens for each of ${components} components are ${tokens}, and the limit is ` +
      `${MOST_DECODED_TOKENS}; ask for fewer tokens or components.`,
  )
}

interface Here {
  store: Store
  engine: string
  host: string
}

async function loadContext({ store, engine, host }: Here, modelId: number): Promise<ResolveContext> {
  const row = await store.prisma.model.findUnique({ where: { id: modelId } })
  if (!row) throw new UserError('NOT_FOUND', 'The model was removed a moment ago.')
  const model = identityOf(row)
  const paths = await modelPaths(store, modelId, host)
  const tokenizer = model.tokenizerHash === null ? null : await findTokenizer(model.tokenizerHash, model.name, paths)
  // This limit only serves to tell costs; in the end the worker's own limit decides.
  return { model, tokenizer, config: configOf(row), engine, memoryLimitBytes: DEFAULT_MEMORY_LIMIT_BYTES }
}

/**
 * Folders may be on other machines, or may have changed. So the hash decides whether a tokenizer is the model's own.
 */
async function findTokenizer(hash: string, name: string, paths: readonly string[]): Promise<Tokenizer> {
  for (const path of paths) {
    const tokenizer = await openTokenizer(path).catch(() => null)
    if (tokenizer?.hash === hash) return tokenizer
  }
  throw new UserError(
    'NOT_FOUND',
    `The server finds no folder with the tokenizer of ${name}; ` +
      'add the model again on its machine: tributary model add FOLDER.',
  )
}
