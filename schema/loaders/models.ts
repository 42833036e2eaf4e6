/**
 * Models by slug or hash, including hashes that they had before. They are kept for a moment, because nearly all
 * questions name the same few models.
 */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import { LRUCache } from 'lru-cache'
import { UserError } from '../../src/errors.ts'
import type { Context } from '../context.ts'
import { perDatabase } from './per-database.ts'

/** A removed model may still be asked for this long; its jobs then fail and say why. */
const KEPT_MS = 1000

const keptIds = perDatabase(() => new LRUCache<string, number>({ max: 100, ttl: KEPT_MS }))

async function loadModelIds(context: Context, names: readonly string[]): Promise<(number | UserError)[]> {
  const kept = keptIds(context)
  // Read once at the start, because kept entries may expire while the others are looked up.
  const known = new Map(names.map((name) => [name, kept.get(name)]))
  const missing = names.filter((name) => known.get(name) === undefined)
  const models =
    missing.length === 0
      ? []
      : await context.database.model.findMany({
          where: { OR: [{ slug: { in: missing } }, { hash: { in: missing } }, { aliases: { some: { hash: { in: missing } } } }] },
          select: { id: true, slug: true, hash: true, aliases: { select: { hash: true } } },
        })
  for (const name of missing) {
    const found = models.find(({ slug, hash, aliases }) => slug === name || hash === name || aliases.some((a) => a.hash === name))
    if (!found) continue
    known.set(name, found.id)
    kept.set(name, found.id)
  }
  return names.map(
    (name) =>
      known.get(name) ??
      new UserError('NOT_FOUND', `There is no model ${JSON.stringify(name)} here; \`models\` lists those there are.`),
  )
}

export const modelLoader = createContextCache(
  (context: Context) => new DataLoader<string, number>((names) => loadModelIds(context, names)),
)
