/** A graph in a terminal: its scores, its strongest nodes, and the strongest ways to a logit or between nodes that were named. */
import { graphDocument, type GraphFile } from '../../src/graph/document.ts'
import { pathsBetween, type PathEnds } from '../../src/graph/paths.ts'
import { dim } from './colour.ts'
import { percent, score } from './numbers.ts'
import { table } from './table.ts'
import { withBlanks } from './visible.ts'

const NODES = 20

/** How a graph is printed. */
export interface GraphPrint {
  /** The common JSON, instead of what a person reads. */
  json: boolean
  /** The ways to a node that are told, and how many. */
  paths: PathEnds & { count: number }
}

export const graphText = (graph: GraphFile, print: GraphPrint, colour: boolean): string =>
  (print.json ? `${JSON.stringify(graphDocument(graph))}\n` : renderGraph(graph, print, colour))

function renderGraph(graph: GraphFile, print: GraphPrint, colour: boolean): string {
  const { nodes, edges, settings, model, maker } = graph
  const faint = (text: string) => (colour ? dim(text) : text)
  const share = (value: number | null) => (value === null ? 'unknown' : percent(value))
  const kind = settings.edges === null ? '' : ` ${settings.edges}`
  const logits = nodes.filter((node) => node.kind === 'logit').sort((a, b) => (b.probability ?? 0) - (a.probability ?? 0))
  const sections = [
    [
      `${nodes.length} nodes, ${edges.length}${kind} edges`,
      `logits        ${logits.map((node) => `${withBlanks(node.label)} ${percent(node.probability ?? 0)}`).join(', ')}`,
      ...(maker === null
        ? [`replacement   ${share(settings.replacement)}`, `completeness  ${share(settings.completeness)}`]
        : [`made by       ${withBlanks(maker)}; its numbers are the word of its file`]),
    ].join('\n'),
    nodeTable(graph).trimEnd(),
    paths(graph, print.paths),
    faint(`${model}${settings.engine === null ? '' : ` · ${settings.engine}`}` +
      (settings.completenessError === null ? '' : ` · sums close to ${settings.completenessError.toExponential(1)}`)),
  ]
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

function nodeTable({ nodes, annotations }: GraphFile): string {
  const words = new Map(annotations.labels.map(({ node, text }) => [node, text]))
  const shown = [...nodes].filter(({ kind }) => kind !== 'logit').sort((a, b) => b.influence - a.influence || a.cumulative - b.cumulative).slice(0, NODES)
  return table(['influence', 'value', 'position', 'node', ''], shown.map((node) => [
    score(node.influence), node.value === null ? '' : score(node.value), node.position === null ? '' : String(node.position), node.id,
    withBlanks(words.get(node.id) ?? node.label),
  ]))
}

function paths({ nodes, edges }: GraphFile, { count, ...ends }: GraphPrint['paths']): string {
  const named = nodes.map(({ id, kind, probability }, ordinal) => ({ ordinal, name: id, kind, probability }))
  const found = pathsBetween(named, edges, ends, count)
  if (found.length === 0) return ends.from === null && ends.to === null ? '' : 'no way leads there'
  const nameOf = (n: number) => withBlanks(nodes[n]!.label)
  return ['strongest ways', ...found.map(({ weight, nodes: way }) => `${score(weight).padStart(9)}  ${way.map(nameOf).join(' → ')}`)].join('\n')
}
