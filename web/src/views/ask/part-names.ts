/** What the parts of a split by feature are called. */
import type { ComponentKind } from '../../api/generated.ts'

interface Part {
  kind: ComponentKind
  index: number
  label: string
  /** What is known of the feature that it is; null where its set is not here. */
  lookup?: { name: string; label: string | null } | null
}

/** What is left beside the features, in words. */
const OTHERS: Readonly<Record<string, string>> = {
  ERROR: 'not rebuilt',
  REST: 'other features',
  SKIP: 'linear path',
  STREAM: 'the stream beside it',
  SAE_BIAS: 'bias of the set',
  BIAS: 'biases of the model',
}

/** `2-res/320` and what it is about; any other part by its label, with what that means. */
export function partNames({ kind, index, label, lookup }: Part): string[] {
  if (kind !== 'FEATURE') return [[label, OTHERS[kind] ?? ''].filter((word) => word !== '').join(' ')]
  return [lookup?.name.split('/').slice(1).join('/') ?? `F${index}`, lookup?.label ?? '']
}
