/** The tokens whose logits a feature raises and lowers most, as its decoder row alone says. */
import { useMemo, useRef } from 'react'
import { FeatureViewDocument, type FeatureViewQueryVariables } from '../../api/generated.ts'
import { csvOf } from '../../export/csv.ts'
import { queryText } from '../../export/graphql-text.ts'
import { Bars } from '../../plot/bars.tsx'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { tokenName } from '../../ui/words.ts'
import { chartIn } from '../ask/copies.ts'
import { readableCommand } from './commands.ts'
import type { Feature } from './types.ts'

export function Logits({ feature, variables }: { feature: Feature; variables: FeatureViewQueryVariables }) {
  const { topLogits, bottomLogits } = feature
  const frame = useRef<HTMLDivElement>(null)
  const bars = useMemo(() => {
    const all = [...topLogits, ...bottomLogits.toReversed()]
    const isTwice = (text: string) => all.filter((each) => each.text === text).length > 1
    return all.map(({ text, tokenId, logit }) => ({
      label: isTwice(text) ? `${tokenName(text)} #${tokenId}` : tokenName(text),
      value: logit,
    }))
  }, [topLogits, bottomLogits])
  return (
    <section className="card" aria-label="Logits">
      <h2>What its direction says</h2>
      {bars.length === 0 ? (
        <p className="note">Its set does not write to the stream, or its logits were not computed.</p>
      ) : (
        <>
          <p className="hint">
            What an activation of 1 adds to a token’s logit, before the final norm’s scale, if no layer came between.
          </p>
          <div ref={frame}>
            <Bars label="Tokens that it raises and lowers most" bars={bars} unit="logit" />
          </div>
          <CopyBar
            copies={{
              name: `tributary-logits-${feature.name.replaceAll('/', '-')}`,
              svg: () => chartIn(frame.current),
              csv: () =>
                csvOf(
                  ['tokenId', 'text', 'logit'],
                  [...topLogits, ...bottomLogits].map(({ tokenId, text, logit }) => [tokenId, text, logit]),
                ),
              json: () => ({ feature: feature.name, topLogits, bottomLogits }),
              graphql: () => queryText(FeatureViewDocument, variables),
              command: () => readableCommand(feature, 'top_tokens, top_logits, bottom_tokens, bottom_logits'),
            }}
          />
        </>
      )}
    </section>
  )
}
