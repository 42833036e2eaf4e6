/** Makes everything under demo/ from its seeds: `npx tsx demo/make.ts [corpus|tokenizer|train|sae|label|vectors|all]`. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { benchmarks } from './corpus/benchmarks.ts'
import { Corpus } from './corpus/corpus.ts'
import { textOf } from './corpus/document.ts'
import { dataFolder, modelFolder, workFolder } from './paths.ts'
import { Random } from './random.ts'
import { makeWorld } from './world/world.ts'

const say = (line: string) => void process.stdout.write(`${line}\n`)

/** A sample to read; training draws its own documents as it goes. */
const SAMPLE = 20_000

const steps: Readonly<Record<string, () => Promise<void>>> = {
  corpus: makeCorpus,
  tokenizer: async () => (await import('./tokenizer/train.ts')).trainTokenizer(modelFolder),
  train: async () => (await import('./train/train.ts')).trainModel(say),
  sae: async () => (await import('./sae/train.ts')).trainSaes(say),
  label: async () => (await import('./sae/train.ts')).labelSaes(say),
  vectors: async () => (await import('./directions/make.ts')).makeVectors(say),
}

async function makeCorpus(): Promise<void> {
  const world = makeWorld()
  await mkdir(dataFolder, { recursive: true })
  for (const { name, records } of benchmarks(world)) {
    await writeFile(join(dataFolder, name), `[\n${records.map((record) => JSON.stringify(record)).join(',\n')}\n]\n`)
    say(`${name}: ${records.length} records`)
  }
  const corpus = new Corpus(world)
  const random = new Random(1)
  await mkdir(workFolder, { recursive: true })
  await writeFile(join(workFolder, 'sample.txt'), Array.from({ length: SAMPLE }, () => `${textOf(corpus.sample(random))}\n`).join(''))
}

const wanted = process.argv[2] ?? 'all'
const chosen = wanted === 'all' ? Object.keys(steps) : [wanted]
if (!chosen.every((step) => Object.hasOwn(steps, step))) {
  say(`There is no step '${wanted}'; steps are ${Object.keys(steps).join(', ')} and all.`)
  process.exitCode = 1
} else {
  for (const step of chosen) {
    const began = performance.now()
    say(`── ${step}`)
    await steps[step]!()
    say(`   ${((performance.now() - began) / 1000).toFixed(0)} s`)
  }
}
