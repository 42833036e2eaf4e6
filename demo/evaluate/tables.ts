/** Figures as Markdown. */
import type { LoadedLabel } from '../sae/load.ts'
import type { SaeFigures } from '../sae/measure.ts'
import type { Score } from '../train/examine.ts'
import type { Example } from './examples.ts'

const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const percent = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`

export const tasksTable = (scores: readonly (Score & { name: string })[]): string =>
  table(['task', 'right', 'of', 'accuracy', 'first token alone'], scores.map(({ name, right, firstRight, count }) =>
    [name, right, count, percent(right, count), percent(firstRight, count)]))

interface SaeReport {
  layer: number
  features: number
  figures: SaeFigures
  labels: readonly LoadedLabel[]
}

export function saeTable(saes: readonly SaeReport[]): string {
  const figures = table(['reads', 'features', 'L0', 'variance explained', 'never active', 'measured on'],
    saes.map(({ layer, features, figures: { active, explained, dead, tokens } }) => [
      `resid_post ${layer}`, features, active.toFixed(1), percent(explained, 1), dead, `${tokens.toLocaleString('en')} tokens`]))
  const kinds = saes.map(({ layer, labels }) => {
    const named = labels.filter(({ description }) => !/^(mixed|never)/.test(description))
    // One of each kind, rather than the first ones.
    const some = [...new Map(named.map((each) => [each.description.replace(/“.*”/, ''), each])).values()].slice(0, 8)
    return `Layer ${layer}: ${named.length} of ${labels.length} features have a label that accounts for most of their strong ` +
      `activation, such as ${some.map(({ index, description }) => `${index} (${description})`).join(', ')}.`
  })
  return [figures, ...kinds].join('\n\n')
}

export const examplesTable = (examples: readonly Example[]): string => examples.map(({ question, result, shown }) => {
  const { target } = result
  const sought = target.text === null ? `a direction at the input of layer ${target.layer}`
    : `“${target.text.trim()}”${target.minusText === null ? '' : ` against “${target.minusText.trim()}”`}`
  return `**${question.title}**\n\n\`\`\`sh\n${question.command}\n\`\`\`\n\n` +
    `Target: ${sought}, ${target.value.toFixed(3)}; the scores of a start sum to it within ${result.completenessError.toExponential(1)}.\n\n` +
    table(['component', 'score'], shown.map(({ label, score }) => [label.replaceAll('|', '\\|'), score.toFixed(3)]))
}).join('\n\n')
