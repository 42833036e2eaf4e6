/** Means over a run, which GraphQL and the views tell alike. */
import { expect, it } from 'vitest'
import { openStore } from '../../src/store/index.ts'
import { makeAnalystWorld } from '../store/analyst-world.ts'
import { useGraphql } from './harness.ts'

// The harness' own small world has ten results already: the runs of the analyst's are told by their datasets.
const harness = useGraphql()

it('are those of one partition, whatever else the store holds', async () => {
  const store = openStore(harness.url, { connections: 2 })
  await harness.database.model.deleteMany()
  await harness.database.dataset.deleteMany()
  await makeAnalystWorld(store).finally(() => store.close())
  const { data, errors } = await harness.run(`{ runs(first: 10) { nodes {
    partitionKind dataset { slug }
    componentMeans(kind: HEAD, first: 2) { kind label layer startLayer index prompts runPrompts meanScore deviation meanMagnitude }
    positionMeans { tenth prompts tokens meanScore }
    templateMeans { position token differentTokens prompts meanScore }
  } } }`)
  expect(errors).toEqual([])
  const { runs } = data as { runs: { nodes: { partitionKind: string; componentMeans: unknown[]; positionMeans: unknown[]; templateMeans: unknown[] }[] } }
  expect(runs.nodes.map(({ partitionKind }) => partitionKind)).toEqual(['NEURON', 'GROUP', 'HEAD', 'TOKEN', 'TOKEN'])
  const [neuron, , heads, deeper, tokens] = runs.nodes
  expect(neuron).toMatchObject({ componentMeans: [], positionMeans: [], templateMeans: [] })
  const of = (label: string, startLayer: number, index: number, meanScore: number, deviation: number) => ({
    kind: 'HEAD', label, layer: startLayer, startLayer, index, prompts: 2, runPrompts: 2, meanScore,
    deviation: expect.closeTo(deviation, 12) as number, meanMagnitude: Math.abs(meanScore),
  })
  expect(heads?.componentMeans).toEqual([of('L0.H1', 0, 1, -3, Math.SQRT2), of('L1.H1', 1, 1, 2, Math.SQRT2)])
  const mean = (tenth: number, meanScore: number) => ({ tenth, prompts: 3, tokens: 3, meanScore: expect.closeTo(meanScore, 12) as number })
  expect(tokens?.positionMeans).toEqual([mean(0, 5 / 3), mean(3, 4 / 3), mean(6, 1 / 3), mean(9, 2)])
  // The prompts have one length and, at every place, different tokens.
  const place = (position: number, differentTokens: number, meanScore: number) => ({
    position, token: null, differentTokens, prompts: 3, meanScore: expect.closeTo(meanScore, 12) as number,
  })
  expect(tokens?.templateMeans).toEqual([place(0, 3, 5 / 3), place(1, 2, 4 / 3), place(2, 2, 1 / 3), place(3, 3, 2)])
  expect(deeper?.positionMeans).toEqual([mean(0, 1 / 3), mean(3, 1 / 3), mean(6, 1 / 3), mean(9, 13 / 3)])
})

it('are refused beyond a thousand components', async () => {
  const { errors } = await harness.run('{ runs { nodes { componentMeans(kind: HEAD, first: 1001) { label } } } }')
  expect(errors[0]?.original).toMatchObject({ code: 'TOO_LARGE' })
})
