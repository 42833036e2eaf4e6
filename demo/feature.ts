/** Prints what a feature reads as a JSON vector: `npx tsx demo/feature.ts 2-res/320 > feature.json`. */
import { encoderDirection, loadSae } from './sae/load.ts'
import { saeLayers } from './sae/train.ts'

const [, layer, feature] = /^(\d+)-res\/(\d+)$/.exec(process.argv[2] ?? '') ?? []
const found = saeLayers.find((each) => String(each) === layer)
const sae = found === undefined ? null : await loadSae(found)
if (sae === null || Number(feature) >= sae.shape.F) {
  process.stderr.write(`Give a feature such as 2-res/320; layers are ${saeLayers.join(' and ')}, features 0 to 511.\n`)
  process.exitCode = 1
} else {
  process.stdout.write(`${JSON.stringify(encoderDirection(sae, Number(feature)))}\n`)
  process.stderr.write(`Read it with --direction FILE --at-layer ${sae.layer + 1}.\n`)
}
