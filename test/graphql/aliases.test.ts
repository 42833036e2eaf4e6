/** The same connection asked for twice with different arguments: each gets its own rows, in few statements. */
import { describe, expect, it } from 'vitest'
import { useGraphql } from './harness.ts'

const harness = useGraphql()

const cases: [string, string, object][] = [
  [
    'of prompts',
    `datasets { nodes { prompts(first: 2) { nodes {
       a: attributions(where: { partition: TOKEN }) { partitionKind } b: attributions(where: { partition: HEAD }) { partitionKind }
     } } } }`,
    {
      datasets: {
        nodes: [{ prompts: { nodes: Array.from({ length: 2 }, () => ({ a: [{ partitionKind: 'TOKEN' }], b: [{ partitionKind: 'HEAD' }] })) } }],
      },
    },
  ],
  [
    'of attributions',
    `attributions(first: 2, where: { partition: TOKEN }) { nodes {
       a: contributions(first: 1, orderBy: { by: SCORE, direction: DESC }) { nodes { score } }
       b: contributions(first: 1, orderBy: { by: SCORE, direction: ASC }) { nodes { score } }
     } }`,
    { attributions: { nodes: Array.from({ length: 2 }, () => ({ a: { nodes: [{ score: 3 }] }, b: { nodes: [{ score: -0.75 }] } })) } },
  ],
  [
    'of datasets',
    'datasets { nodes { a: prompts(containing: "Italy") { totalCount } b: prompts(first: 1) { nodes { index } } } }',
    { datasets: { nodes: [{ a: { totalCount: 1 }, b: { nodes: [{ index: 0 }] } }] } },
  ],
  [
    'of runs',
    'runs { nodes { a: items(status: FAILED) { nodes { error } } b: items(status: DONE) { totalCount } } }',
    { runs: { nodes: [{ a: { nodes: [{ error: 'The worker was away.' }] }, b: { totalCount: 2 } }] } },
  ],
  [
    'of sequences',
    `attributions(first: 2) { nodes { sequence {
       a: attributions(where: { partition: TOKEN }) { nodes { partitionKind } } b: attributions(last: 1) { nodes { partitionKind } }
     } } }`,
    {
      attributions: {
        nodes: Array.from({ length: 2 }, () => ({
          sequence: { a: { nodes: [{ partitionKind: 'TOKEN' }] }, b: { nodes: [{ partitionKind: 'TOKEN' }] } },
        })),
      },
    },
  ],
]

describe('two connections', () => {
  it.each(cases)('%s', async (_name, query, expected) => {
    const { data, errors, sql } = await harness.run(`{ ${query} }`)
    expect(errors).toEqual([])
    expect(data).toEqual(expected)
    expect(sql.length).toBeLessThanOrEqual(4)
  })
})
