/**
 * The long form of what `npm test` does in short: `npm run torture -- --minutes N --seed S`. Broken files, processes that
 * die, and a lock that many want at once, by turns, until the time is over. Prints what was done and what was found;
 * exit status 1 when there is anything. `--case N` runs one broken file of the seed again.
 */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { projectDir } from '../../src/config.ts'
import { openDatabase } from '../../src/postgres/open.ts'
import { temporaryHome } from '../faults/home.ts'
import { Random } from '../random.ts'
import { enterTogether } from './enter-together.ts'
import { type Finding, fuzz } from './fuzz.ts'
import { killRun } from './kill.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    case: { type: 'string' },
    // More on a machine that does much else meanwhile.
    'hang-seconds': { type: 'string', default: '5' },
  },
})
const [minutes, seed] = [Number(values.minutes), Number(values.seed)]
if (!(minutes > 0) || !Number.isInteger(seed)) {
  process.stderr.write('usage: npm run torture -- --minutes 30 --seed 1 [--case 17] [--hang-seconds 5]\n')
  process.exit(2)
}

const PARTITIONS: readonly (readonly string[])[] = [
  ['--by', 'token'],
  ['--by', 'group', '--groups', 'words'],
  ['--by', 'head', '--layer', 'all'],
  ['--by', 'module', '--module', 'mlp'],
  ['--by', 'neuron', '--layer', '2', '--neurons', '0-40'],
  ['--by', 'subspace', '--layer', '2', '--basis', path.join(projectDir, 'demo/vectors/languages.json')],
  ['--by', 'feature', '--sae', path.join(projectDir, 'demo/saes/2-res'), '--features', '10'],
]
/** A third of the time goes to each of files, kills and the lock. */
const FILES_AT_ONCE = 130
const ROUNDS_AT_ONCE = 150

const random = new Random(seed)
const deadline = Date.now() + minutes * 60_000
const home = temporaryHome()
const database = await openDatabase({ home: home.folder })
const files = { count: 0, findings: [] as Finding[] }
const lock = { rounds: 0, twoInside: 0, failed: 0 }
const kills = { runs: 0, killed: {} as Record<string, number>, differences: [] as string[] }
const say = (text: string) => process.stdout.write(`${text}\n`)

async function tortureFiles(from: number, count: number): Promise<void> {
  const limits = { hangMs: Number(values['hang-seconds']) * 1000, memoryBytes: 2 ** 30 }
  const findings = await fuzz({ seed, from, count, databaseUrl: database.url, home: home.folder, ...limits })
  files.count += count
  files.findings.push(...findings)
  for (const found of findings) say(`file ${found.case} (${found.kind}): ${found.what}`)
}

async function tortureProcesses(): Promise<void> {
  const partition = PARTITIONS[kills.runs % PARTITIONS.length]!
  const { killed, differences } = await killRun({ random, partition, prompts: 60, kills: 8 })
  kills.runs++
  for (const [name, count] of Object.entries(killed)) kills.killed[name] = (kills.killed[name] ?? 0) + count
  kills.differences.push(...differences)
  for (const each of differences) say(`kills, ${partition.join(' ')}: ${each}`)
}

async function tortureLock(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tributary-lock-'))
  const found = await enterTogether({ folder, processes: 6, rounds: ROUNDS_AT_ONCE })
  fs.rmSync(folder, { recursive: true, force: true })
  lock.rounds += found.rounds
  lock.twoInside += found.twoInside
  lock.failed += found.failed
}

try {
  if (values.case !== undefined) await tortureFiles(Number(values.case), 1)
  else {
    const spent = [0, 0, 0]
    const parts = [() => tortureFiles(files.count, FILES_AT_ONCE), tortureProcesses, tortureLock]
    while (Date.now() < deadline) {
      const next = spent.indexOf(Math.min(...spent))
      const began = Date.now()
      await parts[next]!()
      spent[next]! += Date.now() - began
    }
  }
} finally {
  await database.close()
  home.remove()
}

const killedInAll = Object.entries(kills.killed).map(([name, count]) => `${count} ${name}`).join(', ')
say(`seed ${seed}: ${files.count} broken files, ${files.findings.length} findings`)
say(`${kills.runs} runs with kills (${killedInAll || 'none'}), ${kills.differences.length} differences`)
say(`${lock.rounds} rounds of the lock with 6 processes, two inside ${lock.twoInside} times, ${lock.failed} failures`)
process.exitCode = files.findings.length + kills.differences.length + lock.twoInside + lock.failed > 0 ? 1 : 0
