/** Loaders of one request, one for each combination of arguments: fields with the same arguments share a statement. */
import { createContextCache } from '@pothos/core'
import type DataLoader from 'dataloader'
import type { Context } from '../context.ts'

/**
 * `loaderFor(context, args, make)`: the loader that was made for these arguments, or a new one. They are compared as text,
 * which works because they are plain data.
 */
export function loadersByArguments<Key, Value, CacheKey = Key>() {
  const loadersOf = createContextCache((_context: Context) => new Map<string, DataLoader<Key, Value, CacheKey>>())
  return (context: Context, args: unknown, make: () => DataLoader<Key, Value, CacheKey>): DataLoader<Key, Value, CacheKey> => {
    const loaders = loadersOf(context)
    const name = JSON.stringify(args)
    const loader = loaders.get(name) ?? make()
    loaders.set(name, loader)
    return loader
  }
}
