/**
 * The tests, as vitest runs them with these arguments; and what failed beside others, once more by itself.
 * A machine that stands still for a second upsets tests of processes, sockets and browsers, three files at a time. A file
 * of theirs that fails is run again, alone and from its beginning (its database too), and named. What computes is never
 * tried twice: a number that is wrong once is wrong.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

/** What of test/ starts processes, servers or browsers, or waits for other ones. */
const WAITING = ['cli', 'clients', 'explorer', 'export', 'faults', 'graphql', 'hub', 'ingest', 'package', 'postgres', 'python', 'server', 'store', 'sweeps', 'torture', 'workers', 'lists.test.ts', 'readme.test.ts']
/** More than these are no accident. */
const MOST = 6

const vitest = (...args) =>
  spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...args], { stdio: 'inherit' }).status ?? 1

const folder = mkdtempSync(join(tmpdir(), 'ci-tests-'))
const report = join(folder, 'report.json')
let status = vitest(...process.argv.slice(2), '--reporter=default', '--reporter=json', `--outputFile.json=${report}`)
if (status !== 0) {
  const files = failedFiles()
  const mayBeTried = files.length > 0 && files.length <= MOST && files.every((file) => WAITING.some((name) => `${file}/`.startsWith(`test/${name}/`)))
  if (mayBeTried) {
    console.log(`FAILED BESIDE OTHERS, run again alone: ${files.join(' ')}`)
    status = vitest(...files, '--maxWorkers=1')
  }
}
rmSync(folder, { recursive: true, force: true })
process.exitCode = status

/** None when the run broke off before its report, or when something failed that belongs to no file. */
function failedFiles() {
  let found
  try {
    found = JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    return []
  }
  return found.testResults.filter(({ status }) => status === 'failed').map(({ name }) => relative(process.cwd(), name))
}
