/** The models, which Ask, Graph and Head begin with. */
import { useQuery } from '@apollo/client/react'
import { useDeferredValue } from 'react'
import { ModelsDocument, type ModelsQuery } from './generated.ts'

export type KnownModel = NonNullable<ModelsQuery['models']>['nodes'][number]

const NONE: readonly KnownModel[] = []

/**
 * Empty, and not `isKnown`, until the server has answered. The client has its answers drawn at once, in one task; what a
 * view is made of comes with this one, so it is deferred, and React draws it in slices.
 */
export function useModels(): { models: readonly KnownModel[]; isKnown: boolean; error: unknown } {
  const { data: answered, error } = useQuery(ModelsDocument)
  const data = useDeferredValue(answered)
  return { models: data?.models?.nodes ?? NONE, isKnown: data !== undefined, error }
}
