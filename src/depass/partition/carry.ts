/**
 * A split that replaces another one. If the new split divides the whole stream, the old one ends. If it divides only what
 * a sublayer adds, the old split's components go on as they entered the sublayer, in place of the rest of the stream, and
 * the new components are added. So a chain of splits always covers the whole stream.
 */
import type { SplitComponent } from './component.ts'
import type { AttentionSplit, MlpSplit, Split } from './split.ts'

/** `next` begins after `before`. Its component `stream`, if it has one, is the part that `before` has already divided. */
export function inPlaceOf(next: Split, before: Split): Split {
  const stream = next.components.findIndex(({ kind }) => kind === 'stream')
  if (stream < 0) return { ...next, replaces: { split: before, carriesOn: false } }
  const own = next.components.filter((_, m) => m !== stream)
  const count = before.components.length
  const base = {
    layer: next.layer,
    components: [...before.components, ...own],
    ...(before.excludeFirst && { excludeFirst: true }),
    replaces: { split: before, carriesOn: true },
    exists: (m: number, position: number) =>
      m < count ? position >= before.components[m]!.first : next.exists(ownIndex(m - count, stream), position),
  }
  switch (next.at) {
    case 'input':
      throw new Error('a split at the input of a layer divides the whole stream')
    case 'attention':
      return { ...base, at: next.at, fill: attentionFill(next, { own, count, stream }) }
    case 'mlp':
      return { ...base, at: next.at, fillsBias: true, fill: mlpFill(next, { count, stream }) }
    default:
      return next satisfies never
  }
}

/** The index among all components of the component that is number m without `stream`. */
const ownIndex = (m: number, stream: number) => (m < stream ? m : m + 1)

interface Places {
  own: readonly SplitComponent[]
  /** Components that go on. */
  count: number
  stream: number
}

function attentionFill(next: AttentionSplit, { own, count, stream }: Places): AttentionSplit['fill'] {
  return (m, outcome, row) => {
    if (m < count) return void row.set(outcome.carried(m))
    if (m < count + own.length) return next.fill(ownIndex(m - count, stream), outcome, row)
    next.fill(next.components.length, outcome, row)
    const carried = outcome.carried(count)
    for (let d = 0; d < row.length; d++) row[d]! += carried[d]!
  }
}

function mlpFill(next: MlpSplit, { count, stream }: Omit<Places, 'own'>): MlpSplit['fill'] {
  return (outcome, write) => {
    for (let m = 0; m < count; m++) write(m, outcome.carried(m))
    write(count + next.components.length - 1, outcome.carried(count))
    next.fill(outcome, (m, row) => {
      if (m !== stream) write(count + (m < stream ? m : m - 1), row)
    })
  }
}
