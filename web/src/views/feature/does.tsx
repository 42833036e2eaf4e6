/**
 * The effects of a feature where it fires: on what the model says next, the tokens it speaks for, and on later
 * features.
 */
import { useMemo, useRef } from 'react'
import { EffectDocument } from '../../api/generated.ts'
import { useLatest } from '../../api/use-latest.ts'
import { commandLine } from '../../export/command-line.ts'
import { csvOf } from '../../export/csv.ts'
import { queryText } from '../../export/graphql-text.ts'
import { Bars } from '../../plot/bars.tsx'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts } from '../../ui/facts.tsx'
import { error as errorText, percent, score, signed, tokenName } from '../../ui/words.ts'
import { LARGE_ERROR } from '../ask/answer.ts'
import { chartIn } from '../ask/copies.ts'
import { type Effect, effectInput, sharesOf } from './feature-questions.ts'
import { Later } from './later.tsx'
import type { Feature, Prompt } from './types.ts'

interface DoesProps {
  feature: Feature
  prompt: Prompt
  /** Where it fires. */
  position: number
  /** Position where its effect is read; null: where it fires. */
  read: number | null
  onRead(read: number | null): void
}

/** Tokens that the feature alone speaks for. */
const DECODED = 10

const sumOf = (effect: Effect): number => effect.scores.reduce((sum, each) => sum + each, 0)

export function Does({ feature, prompt, position, read, onRead }: DoesProps) {
  const at = read ?? position
  const after = prompt.tokens.slice(position)
  return (
    <section className="does" aria-label="What it does">
      <h2>What it does there</h2>
      {after.length > 1 && (
        <label className="inline">
          <span className="muted">read at</span>
          <select
            value={at}
            onChange={(event) => onRead(Number(event.target.value) === position ? null : Number(event.target.value))}
          >
            {after.map(({ index, text }) => (
              <option key={index} value={index}>
                #{index} {tokenName(text)}
              </option>
            ))}
          </select>
        </label>
      )}
      <div className="columns two">
        <Logit feature={feature} prompt={prompt} position={position} at={at} />
        <Later feature={feature} prompt={prompt} at={at} />
      </div>
    </section>
  )
}

interface AtProps {
  feature: Feature
  prompt: Prompt
  position: number
  at: number
}

function Logit({ feature, prompt, position, at }: AtProps) {
  const input = { ...effectInput(feature, prompt, at), decode: DECODED }
  const { data, error, loading } = useLatest(EffectDocument, { input })
  const frame = useRef<HTMLDivElement>(null)
  const effect = data?.attribute
  const spoken = useMemo(
    () =>
      (effect?.decoded ?? []).find(
        ({ component }) =>
          'position' in component && component.position === position && component.index === feature.index,
      )?.tokens ?? [],
    [effect, position, feature.index],
  )
  const bars = useMemo(
    () =>
      spoken.map(({ text, tokenId, logit }) => ({
        label: spoken.some((other) => other.text === text && other.tokenId !== tokenId)
          ? `${tokenName(text)} #${tokenId}`
          : tokenName(text),
        value: logit,
      })),
    [spoken],
  )
  if (error) return <ErrorNote error={error} />
  if (!effect || loading)
    return (
      <p className="loading" role="status">
        Computing …
      </p>
    )
  const shares = sharesOf(effect, feature.index)
  const own = shares.find((each) => each.position === position)?.share ?? 0
  const elsewhere = shares.filter((each) => each.position !== position)
  const { target, completenessError } = effect
  return (
    <div>
      <h3>
        To what the model says next: <mark>{tokenName(target.text ?? `#${target.tokenId}`)}</mark>
      </h3>
      <p>
        {signed(own)} of the logit {score(target.value)} come from it at this position
        {elsewhere.length > 0 &&
          `, ${signed(elsewhere.reduce((sum, { share }) => sum + share, 0))} from it at ${elsewhere.length === 1 ? 'another' : `${elsewhere.length} others`}`}
        .
      </p>
      {bars.length > 0 ? (
        <>
          <p className="hint">What it speaks for, through the layers behind it:</p>
          <div ref={frame}>
            <Bars label="Tokens that it speaks for" bars={bars} unit="logit" />
          </div>
        </>
      ) : (
        <p className="hint">It does not fire there.</p>
      )}
      <Facts
        facts={[
          { name: 'sum of shares', value: `${score(sumOf(effect))} of ${score(target.value)}` },
          { name: 'relative error', value: errorText(completenessError), bad: completenessError > LARGE_ERROR },
          target.probability != null && { name: 'probability', value: percent(target.probability) },
        ]}
      />
      <CopyBar
        copies={{
          name: `tributary-does-${feature.name.replaceAll('/', '-')}`,
          ...(bars.length > 0 && { svg: () => chartIn(frame.current) }),
          csv: () =>
            csvOf(
              ['tokenId', 'text', 'logit'],
              spoken.map(({ tokenId, text, logit }) => [tokenId, text, logit]),
            ),
          json: () => effect,
          graphql: () => queryText(EffectDocument, { input }),
          command: () =>
            commandLine('attribute', {
              model: feature.set.model.slug,
              tokens: input.tokenIds?.join(',') ?? '',
              by: 'feature',
              sae: feature.set.name,
              only: feature.index,
              decode: DECODED,
            }),
        }}
      />
    </div>
  )
}
