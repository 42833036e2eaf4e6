/** What clients say → requests. The server holds every model's tokenizer, and none of their weights. */
import { hostname } from 'node:os'
import type { AttributionRequest } from '../attribution/request.ts'
import { type AttributionQuestion, resolveQuestion, type ResolveContext } from '../attribution/resolve.ts'
import { UserError } from '../errors.ts'
import { identityOf, modelPaths, type Store } from '../store/index.ts'
import { openTokenizer } from '../tokenizer/open.ts'
import type { Tokenizer } from '../tokenizer/tokenizer.ts'

/** Tokenizers of large vocabularies take some 100 MB each. */
const MOST_MODELS = 16

export type Questions = (modelId: number, question: AttributionQuestion) => Promise<AttributionRequest>

export function openQuestions(store: Store, host = hostname()): Questions {
  const known = new Map<number, Promise<ResolveContext>>()

  function contextOf(modelId: number): Promise<ResolveContext> {
    const context = known.get(modelId) ?? loadContext(store, modelId, host)
    known.delete(modelId)
    known.set(modelId, context)
    // What failed may be mended by the next time.
    context.catch(() => known.delete(modelId))
    const [oldest] = known.keys()
    if (known.size > MOST_MODELS && oldest !== undefined) known.delete(oldest)
    return context
  }

  return async (modelId, question) => resolveQuestion(question, await contextOf(modelId)).request
}

async function loadContext(store: Store, modelId: number, host: string): Promise<ResolveContext> {
  const row = await store.prisma.model.findUnique({ where: { id: modelId } })
  if (!row) throw new UserError('NOT_FOUND', 'The model was removed a moment ago.')
  const model = identityOf(row)
  const paths = await modelPaths(store, modelId, host)
  return { model, tokenizer: model.tokenizerHash === null ? null : await findTokenizer(model.tokenizerHash, model.name, paths) }
}

/** Folders may be on other machines, or have changed since; only the very tokenizer of the model will do. */
async function findTokenizer(hash: string, name: string, paths: readonly string[]): Promise<Tokenizer> {
  for (const path of paths) {
    const tokenizer = await openTokenizer(path).catch(() => null)
    if (tokenizer?.hash === hash) return tokenizer
  }
  throw new UserError(
    'NOT_FOUND',
    `The server finds no folder with the tokenizer of ${name}; add the model again on its machine: tributary model add FOLDER.`,
  )
}
