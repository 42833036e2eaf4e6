/** Makes the vectors that the examples of demo/README.md read: the span of the languages, and what one feature reads. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openEngine } from '../../src/tensor/open.ts'
import { Corpus } from '../corpus/corpus.ts'
import { modelFolder, vectorFolder } from '../paths.ts'
import { encoderDirection, loadLabels, loadSae } from '../sae/load.ts'
import { saeLayers } from '../sae/train.ts'
import { WordEncoder } from '../train/batches.ts'
import { loadVector } from '../train/load.ts'
import { demoConfig } from '../train/shape.ts'
import { makeWorld } from '../world/world.ts'
import { strongestFeature } from './feature.ts'
import { languageDirections } from './languages.ts'

/** The stream that the span of the languages is read from, and where the example splits it. */
const LANGUAGE_LAYER = 3
/** The feature is the one that is most active at the end of this text. */
const TEXT = 'The capital of France is'

export async function makeVectors(say: (line: string) => void): Promise<void> {
  const engine = await openEngine('onnx', { device: 'cpu', threads: 0 })
  const [vector, encoder] = [await loadVector(modelFolder, demoConfig), await WordEncoder.open(modelFolder)]
  const { tellings } = new Corpus(makeWorld())
  await saveVector('languages.json', await languageDirections(engine, demoConfig, vector, encoder, tellings, LANGUAGE_LAYER))
  say(`languages.json: four directions at the input of layer ${LANGUAGE_LAYER}`)

  const layer = saeLayers[saeLayers.length - 1]!
  const [sae, { labels }] = await Promise.all([loadSae(layer), loadLabels(layer)])
  const { index, activation } = await strongestFeature(engine, vector, encoder, sae, TEXT)
  await saveVector('feature.json', encoderDirection(sae, index))
  say(`feature.json: what feature ${layer}-res/${index} reads (${labels[index]?.description ?? ''}); ` +
    `active with ${activation.toFixed(2)} at the end of “${TEXT}”`)
  await engine.close()
}

async function saveVector(name: string, content: unknown): Promise<void> {
  await mkdir(vectorFolder, { recursive: true })
  await writeFile(join(vectorFolder, name), `${JSON.stringify(content)}\n`)
}
