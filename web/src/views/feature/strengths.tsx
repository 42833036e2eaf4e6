/** How often a feature fires how strongly, and what its direction does to all logits. */
import { useMemo, useRef } from 'react'
import { FeatureViewDocument, type FeatureViewQueryVariables } from '../../api/generated.ts'
import { csvOf } from '../../export/csv.ts'
import { queryText } from '../../export/graphql-text.ts'
import { Histogram } from '../../plot/histogram.tsx'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { count, percent } from '../../ui/words.ts'
import { chartIn } from '../ask/copies.ts'
import { activationBinsCommand, logitBinsCommand } from './commands.ts'
import type { Feature } from './types.ts'

interface StrengthsProps {
  feature: Feature
  variables: FeatureViewQueryVariables
}

export function Strengths({ feature, variables }: StrengthsProps) {
  const { statistics, logitHistogram } = feature
  const activations = useRef<HTMLDivElement>(null)
  const logits = useRef<HTMLDivElement>(null)
  const logitBins = useMemo(() => {
    if (!logitHistogram) return []
    const { low, high, counts } = logitHistogram
    const width = (high - low) / counts.length
    return counts.map((times, at) => ({ from: low + at * width, to: low + (at + 1) * width, count: times }))
  }, [logitHistogram])
  const hasFired = statistics !== null && statistics.fired > 0
  if (!hasFired && logitBins.length === 0) return null
  const fileName = feature.name.replaceAll('/', '-')
  const copies = (
    name: string,
    frame: typeof activations,
    bins: readonly { from: number; to: number; count: number }[],
    command: string,
  ) => ({
    name: `tributary-${name}-${fileName}`,
    svg: () => chartIn(frame.current),
    csv: () =>
      csvOf(
        ['from', 'to', 'count'],
        bins.map(({ from, to, count: times }) => [from, to, times]),
      ),
    json: () => ({ feature: feature.name, bins }),
    graphql: () => queryText(FeatureViewDocument, variables),
    command: () => command,
  })
  return (
    <section className="card" aria-label="Strengths">
      <div className="columns two">
        {hasFired && (
          <div>
            <h2>How often it fires how strongly</h2>
            <p className="hint">
              At {count(statistics.fired)} of {count(statistics.tokens)} tokens of {statistics.dataset}:{' '}
              {percent(statistics.density)}.
            </p>
            <div ref={activations}>
              <Histogram
                label="How often each activation occurs"
                bins={statistics.histogram}
                unit="activation"
                isLogarithmic
              />
            </div>
            <CopyBar
              copies={copies('activations', activations, statistics.histogram, activationBinsCommand(feature))}
            />
          </div>
        )}
        {logitBins.length > 0 && (
          <div>
            <h2>What it does to all logits</h2>
            <p className="hint">
              An activation of 1, over the {count(logitBins.reduce((sum, { count: times }) => sum + times, 0))} tokens
              of the vocabulary.
            </p>
            <div ref={logits}>
              <Histogram label="How many tokens get how much" bins={logitBins} unit="logit" isSigned />
            </div>
            <CopyBar copies={copies('all-logits', logits, logitBins, logitBinsCommand(feature))} />
          </div>
        )}
      </div>
    </section>
  )
}
