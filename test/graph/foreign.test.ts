/** Graphs of other programs: what comes in goes out, whatever it has, and nothing is claimed of it. */
import { describe, expect, it } from 'vitest'
import { readGraphDocument } from '../../src/graph/document.ts'
import { foreignDocument, readForeignGraph } from '../../src/graph/foreign.ts'
import { foreignFile } from './foreign-file.ts'

const read = (given: unknown) => {
  const file = readGraphDocument(JSON.parse(JSON.stringify(given)))
  if (file.maker === null) throw new Error('not foreign')
  return readForeignGraph(JSON.parse(JSON.stringify(given)), { ...file, maker: file.maker })
}

describe('a graph of another program', () => {
  it('says who made it, in the words of its file, and has no scores', () => {
    const { file, maker } = read(foreignFile())
    expect(maker).toBe('circuit-tracer 0.4.1, by Ada')
    expect(file.settings).toMatchObject({ replacement: null, completeness: null, completenessError: null, engine: null, modelHash: null, request: null, whole: null })
    const { info: _info, ...silent } = foreignFile().metadata
    expect(read({ ...foreignFile(), metadata: silent }).maker).toBe('another program')
  })

  it('has its nodes in an order in which edges lead from earlier to later ones, with the influence that its shares say', () => {
    const { file } = read(foreignFile())
    expect(file.nodes.map(({ id }) => id)).toEqual(['E_42_1', '0_3_1', '3_17_1', '5_2_1', '27_99_1'])
    for (const { from, to } of file.edges) expect(from).toBeLessThan(to)
    const influence = new Map(file.nodes.map(({ id, influence: own }) => [id, own]))
    expect(influence.get('3_17_1')).toBeCloseTo(0.4)
    expect(influence.get('5_2_1')).toBeCloseTo(0.3)
    expect(influence.get('E_42_1')).toBeCloseTo(0.2)
    expect(influence.get('0_3_1')).toBe(0)
  })

  it('goes out as it came in, ids that are gone and fields of later versions included', () => {
    const { document, file } = read(foreignFile())
    expect(foreignDocument(document, file.annotations)).toEqual(foreignFile())
    expect(file.annotations).toEqual({ pinned: ['3_17_1'], supernodes: [{ label: 'greeting', nodes: ['3_17_1', '5_2_1'] }], labels: [] })
  })

  it('carries what people save, comes back with it, and is the same graph', () => {
    const { document, key } = read(foreignFile())
    const saved = { pinned: ['5_2_1'], supernodes: [], labels: [{ node: '5_2_1', text: 'mine' }, { node: '3_17_1', text: 'my hello' }] }
    const written = foreignDocument(document, saved)
    expect(written).toMatchObject({ qParams: { pinnedIds: ['5_2_1'], supernodes: [], clickedId: '3_17_1' } })
    const again = read(written)
    expect(again.key).toBe(key)
    expect(again.file.annotations).toEqual({ ...saved, labels: expect.arrayContaining(saved.labels) as unknown })
    expect(again.document.nodes).toEqual(foreignFile().nodes)
    expect(foreignDocument(again.document, again.file.annotations)).toEqual(written)
  })

  it('is another graph where a number is another one', () => {
    const { links, ...rest } = foreignFile()
    expect(read({ ...rest, links: links.map((link, at) => (at === 0 ? { ...link, weight: 2.0000000000000004 } : link)) }).key).not.toBe(read(foreignFile()).key)
  })

  const broken = (change: (file: ReturnType<typeof foreignFile>) => void) => {
    const file = foreignFile()
    change(file)
    return file
  }
  it.each([
    ['a circle', broken((file) => file.links.push({ source: '5_2_1', target: '3_17_1', weight: 1 })), 'The edges of the graph lead in a circle through'],
    ['a position beyond the prompt', broken((file) => void (file.nodes[0]!.ctx_idx = 2)), 'stands at position 2; the prompt has the positions 0 to 1'],
    ['a layer that no model has', broken((file) => void (file.nodes[2]!.layer = '40000')), 'belongs to layer 40000; expected 0 to 32767'],
    ['two nodes of one id', broken((file) => void (file.nodes[1]!.node_id = '3_17_1')), 'two of its nodes have the same id'],
    ['an id that cannot be printed', broken((file) => void file.nodes.push({ ...file.nodes[1]!, node_id: 'a\0' })), 'A node has the id "a\\u0000"'],
    ['a link to nowhere', broken((file) => void (file.links[0]!.target = 'x')), 'A link of the graph names the node "x"'],
  ])('with %s is refused with a sentence', (_what, file, message) => {
    expect(() => read(file)).toThrow(message)
  })
})
