/** Examines the demo model and its autoencoders, and writes the tables of demo/README.md. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Attributor } from '../../src/attribution/attributor.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import type { Engine } from '../../src/tensor/engine.ts'
import { openEngine } from '../../src/tensor/open.ts'
import { Corpus } from '../corpus/corpus.ts'
import { modelFolder, vectorFolder } from '../paths.ts'
import { encoderDirection, loadLabels, loadSae } from '../sae/load.ts'
import { saeLayers } from '../sae/train.ts'
import { WordEncoder } from '../train/batches.ts'
import { Examiner } from '../train/examine.ts'
import { loadVector } from '../train/load.ts'
import { demoConfig } from '../train/shape.ts'
import { heldOutTasks } from '../train/tasks.ts'
import { makeWorld } from '../world/world.ts'
import { explain, type Example, type ExampleQuestion } from './examples.ts'
import { languageDirections } from './language.ts'
import { Predictor } from './predict.ts'
import { examplesTable, saeTable, tasksTable } from './tables.ts'

const LANGUAGE_LAYER = 3
const readme = fileURLToPath(new URL('../README.md', import.meta.url))

export async function evaluate(say: (line: string) => void): Promise<void> {
  const engine = await openEngine('onnx', { device: 'cpu', threads: 0 })
  const attributor = await openAttributor(modelFolder)
  const vector = await loadVector(modelFolder, demoConfig)
  const encoder = await WordEncoder.open(modelFolder)
  const predictor = await Predictor.open(engine, demoConfig, vector)
  const corpus = new Corpus(makeWorld())

  const examiner = await Examiner.open(engine, demoConfig, encoder)
  const scores = []
  for (const { name, documents } of heldOutTasks(makeWorld())) {
    scores.push({ name, ...(await examiner.score(vector, documents)) })
  }
  await examiner.close()
  const saes = await Promise.all(saeLayers.map(async (layer) => ({ sae: await loadSae(layer), ...(await loadLabels(layer)) })))
  const examples = await allExamples(attributor, engine, vector, encoder, corpus)
  const difference = await agreement(attributor, predictor)
  await attributor.close()
  await predictor.close()
  await engine.close()

  const sections: [string, string][] = [
    ['accuracies', tasksTable(scores)],
    ['autoencoders', saeTable(saes.map(({ sae, figures, labels }) => ({ layer: sae.layer, features: sae.shape.F, figures, labels })))],
    ['examples', examplesTable(examples)],
    ['agreement', `The forward pass that was trained and the product's own agree on the target's logit to ${difference.toExponential(1)}.`],
  ]
  let text = await readFile(readme, 'utf8')
  for (const [name, content] of sections) {
    say(`\n${content}`)
    text = replaceSection(text, name, content)
  }
  await writeFile(readme, text)
}

/** Between `<!-- name -->` and `<!-- /name -->`. */
function replaceSection(text: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [from, to] = [text.indexOf(open), text.indexOf(close)]
  if (from < 0 || to < from) throw new Error(`demo/README.md has no section ${open} … ${close}`)
  return `${text.slice(0, from + open.length)}\n${content}\n${text.slice(to)}`
}

const CAPITAL = 'The capital of France is'
const GIVEN = 'When Mary and John went to the store, John gave a drink to'

async function allExamples(
  attributor: Attributor, engine: Engine, vector: Float32Array, encoder: WordEncoder, corpus: Corpus,
): Promise<Example[]> {
  const person = corpus.tellings.find(({ fact, tongue }) => fact.relation === 'tongue' && tongue === 'en')
  if (person === undefined) throw new Error('the world has people')
  const basis = await languageDirections(engine, demoConfig, vector, encoder, corpus.tellings, LANGUAGE_LAYER)
  await saveVector('languages.json', basis)
  const ask = (title: string, command: string, question: Omit<ExampleQuestion, 'title' | 'command' | 'show'>, show = 5) =>
    explain(attributor, { title, command: `tributary attribute --model demo ${command}`, show, ...question })
  const top = await ask('', '', { text: CAPITAL, target: 'Paris', by: 'neuron', layer: demoConfig.L - 1, only: 'neuron' })
  const foreign = await foreignQuestion(attributor, corpus)
  return [
    await ask('Tokens: what makes it say Paris', `--text "${CAPITAL}" --target Paris --by token`,
      { text: CAPITAL, target: 'Paris', by: 'token' }),
    await ask('Words: a name of several tokens as one component', `--text "${person.prompt}" --target ${person.answer} --by group`,
      { text: person.prompt, target: person.answer, by: 'group', groups: 'words' }),
    await ask('Heads: which heads do indirect objects', `--text "${GIVEN}" --target Mary --minus John --by head`,
      { text: GIVEN, target: 'Mary', minus: 'John', by: 'head', layer: 'all', only: 'head' }, 6),
    { ...top, question: { ...top.question, title: `Neurons of layer ${demoConfig.L - 1}`,
      command: `tributary attribute --model demo --text "${CAPITAL}" --target Paris --by neuron --layer ${demoConfig.L - 1}` } },
    await ask(`Subspace: what the language directions of layer ${LANGUAGE_LAYER} do for an answer in the prompt's language`,
      `--text "${foreign.prompt}" --target "${foreign.target}" --minus "${foreign.minus}" --by subspace --layer ${LANGUAGE_LAYER} --basis demo/vectors/languages.json`,
      { text: foreign.prompt, target: foreign.target, minus: foreign.minus, by: 'subspace', layer: LANGUAGE_LAYER, basis }),
    await featureExample(attributor, engine, vector, encoder),
  ]
}

/** A question in French, and the first tokens of its answer in French and in English. */
async function foreignQuestion(
  { tokenizer }: Attributor, { tellings }: Corpus,
): Promise<{ prompt: string; target: string; minus: string }> {
  const found = tellings.find(({ fact, tongue }) => tongue === 'fr' && fact.relation === 'language')
  if (found === undefined || tokenizer === null) throw new Error('the world has languages')
  const { prompt, answer, fact } = found
  const first = async (word: string) => `#${(await tokenizer.encodeAnswer(prompt, word))[0]}`
  return { prompt, target: await first(answer), minus: await first(fact.answer.en) }
}

/** The tokens behind the feature that is most active where the answer about France is asked for. */
async function featureExample(
  attributor: Attributor, engine: Engine, vector: Float32Array, encoder: WordEncoder,
): Promise<Example> {
  const layer = saeLayers[saeLayers.length - 1]!
  const [sae, { labels }] = await Promise.all([loadSae(layer), loadLabels(layer)])
  const { strongestFeature } = await import('./feature.ts')
  const feature = await strongestFeature(engine, vector, encoder, sae, CAPITAL)
  const vectorRead = encoderDirection(sae, feature.index)
  await saveVector('feature.json', vectorRead)
  return explain(attributor, {
    title: `The tokens behind feature ${layer}-res/${feature.index} (${labels[feature.index]?.description ?? ''}; ` +
      `active at the last token with ${feature.activation.toFixed(2)})`,
    command: `tributary attribute --model demo --text "${CAPITAL}" --by token --direction demo/vectors/feature.json --at-layer ${layer + 1}`,
    show: 5, text: CAPITAL, by: 'token', direction: { vector: vectorRead, layer: layer + 1 },
  })
}

async function saveVector(name: string, content: unknown): Promise<void> {
  await mkdir(vectorFolder, { recursive: true })
  await writeFile(join(vectorFolder, name), `${JSON.stringify(content)}\n`)
}

/** The largest difference between the training's logits and the product's, over a few prompts. */
async function agreement(attributor: Attributor, predictor: Predictor): Promise<number> {
  const prompts = [CAPITAL, GIVEN, 'La langue de la France est le']
  let largest = 0
  for (const text of prompts) {
    const { result } = await explain(attributor, { title: '', command: '', show: 0, text, by: 'token', target: 'next' })
    const ids = (await attributor.tokenizer?.encode(text))?.map(({ id }) => id) ?? []
    const [said] = await predictor.predict([{ ids }])
    const { tokenId, value } = result.target
    largest = Math.max(largest, Math.abs((said?.logits[tokenId ?? 0] ?? NaN) - value))
  }
  return largest
}
