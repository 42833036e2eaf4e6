/** What the server knows of models: their identities and tokenizers, enough to read questions, and none of the weights. */
import { hostname } from 'node:os'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { estimateRequest } from '../attribution/estimate.ts'
import { DEFAULT_MEMORY_LIMIT_BYTES } from '../attribution/memoryLimit.ts'
import { resultKey } from '../attribution/key.ts'
import type { AttributionRequest } from '../attribution/request.ts'
import { type AttributionQuestion, resolveQuestion, type ResolveContext } from '../attribution/resolve.ts'
import { UserError, isUserError } from '../errors.ts'
import { type ModelConfig, parseConfig } from '../model/config.ts'
import type { ModelIdentity } from '../model/identity.ts'
import { identityOf, modelPaths, saveSequences, tokenNamespace, type Store } from '../store/index.ts'
import { openTokenizer } from '../tokenizer/open.ts'
import type { Tokenizer } from '../tokenizer/tokenizer.ts'

/** Tokenizers of large vocabularies take some 100 MB each. */
const MOST_MODELS = 16

const MOST_DECODED_TOKENS = 50_000

/** Shorter ones are read within a few milliseconds, and together: what they ask for goes to the queue as one. */
const LONG_TEXT_CHARACTERS = 2000

interface Models {
  identity(modelId: number): Promise<ModelIdentity>
  /** Words → numbers. Refuses (UserError) what cannot be meant. */
  resolve(modelId: number, question: AttributionQuestion): Promise<AttributionRequest>
  /** What the answer is stored under. */
  keyOf(modelId: number, engine: string, request: AttributionRequest): Promise<string>
}

export function openModels(store: Store, host = hostname()): Models {
  const known = new Map<number, Promise<ResolveContext>>()
  let turns: Promise<void> = Promise.resolve()

  /** Long texts of one query are read one after another, and others that wait for the thread come in between. */
  function takeTurn(): Promise<void> {
    turns = turns.then(() => nextTurn())
    return turns
  }

  function contextOf(modelId: number): Promise<ResolveContext> {
    const context = known.get(modelId) ?? loadContext(store, modelId, host)
    // The one used last goes to the end, so that the first is the one to forget.
    known.delete(modelId)
    known.set(modelId, context)
    // What failed may be mended by the next time.
    context.catch(() => known.delete(modelId))
    const [oldest] = known.keys()
    if (known.size > MOST_MODELS && oldest !== undefined) known.delete(oldest)
    return context
  }

  return {
    identity: async (modelId) => (await contextOf(modelId)).model,
    keyOf: async (modelId, engine, request) => resultKey((await contextOf(modelId)).model, engine, request),
    resolve: async (modelId, question) => {
      const context = await contextOf(modelId)
      if ((question.text?.length ?? 0) > LONG_TEXT_CHARACTERS) await takeTurn()
      const { request, tokens } = resolveQuestion(question, context)
      refuseTooMuchDecoded(request, context)
      // The request has ids alone: what they were made from would be lost with it.
      if (question.text != null) {
        await saveSequences(store, [{ tokenizerHash: tokenNamespace(context.model), text: question.text, tokens }])
      }
      return request
    },
  }
}

/** What is decoded is read in one piece, and each token of it is some 50 bytes. */
function refuseTooMuchDecoded(request: AttributionRequest, { estimate }: ResolveContext): void {
  if (request.decode === undefined || !estimate) return
  const { components } = estimate(request)
  const tokens = components * request.decode
  if (tokens <= MOST_DECODED_TOKENS) return
  throw new UserError(
    'TOO_LARGE',
    `${request.decode} decoded tokens for each of ${components} components are ${tokens}, and the limit is ` +
      `${MOST_DECODED_TOKENS}; ask for fewer tokens or components.`,
  )
}

async function loadContext(store: Store, modelId: number, host: string): Promise<ResolveContext> {
  const row = await store.prisma.model.findUnique({ where: { id: modelId } })
  if (!row) throw new UserError('NOT_FOUND', 'The model was removed a moment ago.')
  const model = identityOf(row)
  const paths = await modelPaths(store, modelId, host)
  const tokenizer = model.tokenizerHash === null ? null : await findTokenizer(model.tokenizerHash, model.name, paths)
  const config = configOf(row.config, model.name)
  return {
    model,
    tokenizer,
    ...(config && { estimate: (request) => estimateRequest(request, config, DEFAULT_MEMORY_LIMIT_BYTES) }),
  }
}

/** null for a model that an older build added, or with settings that this one cannot read: its cost is not told then. */
function configOf(column: unknown, name: string): ModelConfig | null {
  try {
    return parseConfig(JSON.stringify(column), `the configuration of ${name}`)
  } catch (error) {
    if (isUserError(error)) return null
    throw error
  }
}

/** Folders may be on other machines, or have changed since; only the very tokenizer of the model will do. */
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
