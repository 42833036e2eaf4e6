/** An intervention in a terminal: what was done, the target before and after, and the model's first choices. */
import type { InterventionDocument } from '../../src/interventions/json.ts'
import { formatSite } from '../../src/features/site.ts'
import { bars, scaleOf } from './bars.ts'
import { bold, dim, tint } from './colour.ts'
import { duration, percent, score } from './numbers.ts'
import { nameTarget, unitOf } from './target.ts'
import { tokenName, withBlanks } from './visible.ts'

/** Nobody reads a longer list of what was taken out. */
const LIST_LENGTH = 20
const COLUMN = 12

export function renderIntervention(document: InterventionDocument, colour: boolean): string {
  const sections = [
    [...document.changes.map((change) => `changed  ${describeChange(change, document.tokens)}`), `target   ${emphasised(nameTarget(document.target, document.tokens), colour)}`],
    values(document, colour),
    choices(document, colour),
    taken(document, colour),
    [closing(document, colour)],
  ]
  return `${sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n')).join('\n\n')}\n`
}

const emphasised = (text: string, colour: boolean) => (colour ? bold(text) : text)

type Done = InterventionDocument['changes'][number]

/** `heads 5, 7 of layer 2 → zero` */
export function describeChange(change: Done, tokens: readonly { text: string; label?: string }[]): string {
  const place = (position: number) => `${position} (${tokenName(tokens[position])})`
  const at = 'positions' in change && change.kind !== 'position' && change.positions !== undefined ? ` at ${change.positions.map(place).join(', ')}` : ''
  switch (change.kind) {
    case 'position':
      return `${change.how === 'remove' ? 'removed' : 'masked'} ${many('position', change.positions)} ${change.positions.map(place).join(', ')}`
    case 'head':
      return `${many('head', change.heads)} ${change.heads.join(', ')} of layer ${change.layer}${replaced(change.to)}${at}`
    case 'neuron':
      return `${many('neuron', change.neurons)} ${change.neurons.join(', ')} of layer ${change.layer}${replaced(change.to)}${at}`
    case 'module':
      return `${change.module === 'mlp' ? 'MLP' : 'attention'} of layer ${change.layer}${replaced(change.to)}${at}`
    case 'feature':
      return `${many('feature', change.features)} ${change.features.join(', ')} at ${formatSite(change.site)}${replaced(change.to)}${at}`
    case 'steer':
      return `added ${score(change.factor)} × ${change.feature ? `feature ${change.feature.index}` : 'a direction'} at ${formatSite(change.site)}${at}`
  }
}

const many = (noun: string, items: readonly unknown[]) => (items.length === 1 ? noun : `${noun}s`)
const replaced = (to: 'zero' | { mean: string }) => (to === 'zero' ? ' taken out' : ' set to the mean')

function values({ target, before, free, frozen, predictedFall }: InterventionDocument, colour: boolean): string[] {
  const row = (name: string, cells: readonly (string | null)[]) => `${name.padEnd(16)}${cells.map((cell) => (cell ?? '').padStart(COLUMN)).join('')}`.trimEnd()
  const header = row('', ['before', 'free', 'frozen', ...(predictedFall === null ? [] : ['predicted'])])
  const chance = (value: number | null) => (value === null ? null : percent(value))
  return [
    colour ? dim(header) : header,
    row(unitOf(target), [before, free, frozen].map(({ value }) => score(value))),
    row('falls by', [null, score(free.fall), score(frozen.fall), predictedFall === null ? null : score(predictedFall)]),
    ...(before.probability === null ? [] : [row('probability', [before, free, frozen].map(({ probability }) => chance(probability)))]),
  ]
}

/** The model's first choices of every pass, each with its probability in all of them. */
function choices({ topTokens, target }: InterventionDocument, colour: boolean): string[] {
  const header = `${'rank'.padStart(4)}${'before'.padStart(COLUMN)}${'free'.padStart(COLUMN)}${'frozen'.padStart(COLUMN)}`
  return [
    colour ? dim(header) : header,
    ...topTokens.map(({ id, text, before, free, frozen }) => {
      const cells = [before, free, frozen].map(({ probability }) => {
        const cell = percent(probability).padStart(COLUMN)
        return colour ? tint(cell, probability) : cell
      })
      const mark = id === target.tokenId ? ' ←' : ''
      return `${String(before.rank).padStart(4)}${cells.join('')}  ${withBlanks(text)}${mark}`
    }),
  ]
}

function taken({ taken: contributions }: InterventionDocument, colour: boolean): string[] {
  if (contributions.length === 0) return []
  const shown = [...contributions].sort((a, b) => Math.abs(b.score) - Math.abs(a.score)).slice(0, LIST_LENGTH)
  const more = contributions.length - shown.length
  return [
    'what was taken out, as the attribution scores it',
    ...bars(shown, scaleOf(shown, colour)),
    ...(more > 0 ? [`and ${more} more`] : []),
  ]
}

function closing({ model, engine, milliseconds }: InterventionDocument, colour: boolean): string {
  const line = `${model} · ${engine} · free: attention may look elsewhere; frozen: it looks where it looked · ${duration(milliseconds)}`
  return colour ? dim(line) : line
}
