/**
 * A Python that the package can be tested with: TRIBUTARY_PYTHON, or python3 of the path, where it is 3.9 or newer and has the
 * package's requirements (`pip install -e 'python[dev]'`). Nothing is installed here.
 */
import { spawnSync } from 'node:child_process'

const NEEDED = ['httpx', 'numpy', 'pandas', 'pyarrow', 'pydantic', 'pytest']

const PROBE = `import importlib.util, sys
assert sys.version_info >= (3, 9), 'it is Python ' + '.'.join(map(str, sys.version_info[:2]))
missing = [name for name in ${JSON.stringify(NEEDED)} if importlib.util.find_spec(name) is None]
assert not missing, 'it lacks ' + ', '.join(missing)`

export interface FoundPython {
  /** null where there is none. */
  command: string | null
  /** Why there is none. */
  reason: string
}

export function findPython(): FoundPython {
  const command = process.env['TRIBUTARY_PYTHON'] ?? 'python3'
  const probe = spawnSync(command, ['-c', PROBE], { encoding: 'utf8' })
  if (probe.status === 0) return { command, reason: '' }
  const why = probe.error ? 'it is not there' : (probe.stderr.trim().split('\n').at(-1) ?? '').replace('AssertionError: ', '')
  return { command: null, reason: `${command} cannot test the Python package: ${why} (pip install -e 'python[dev]', TRIBUTARY_PYTHON)` }
}
