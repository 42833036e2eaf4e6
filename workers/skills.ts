/**
 * What workers can do, so that one which took what it cannot do knows whether another could. It stands in the name of the
 * connection on which a worker listens (`tributary-worker onnx-cpu-float32 4096 1f3c22b8`), and is there exactly as long
 * as the worker is, on whatever machine.
 */
import { createHash } from 'node:crypto'
import type { Store } from '../src/store/index.ts'

export interface Skills {
  /** Of its attributors. */
  engine: string
  /** What a pass may use. */
  memoryLimitBytes: number
  /** The name under which its machine's model folders are registered. */
  host: string
  /** It takes only what someone waits for. */
  interactiveOnly: boolean
}

/** What every worker's name begins with; they are counted by it. */
export const WORKER_APPLICATION = 'tributary-worker'
const MEBIBYTE = 2 ** 20
const MARK_LENGTH = 8
const ONLY_URGENT = 'urgent'

/** As Postgres computes it, too: a host's name may be longer than the name of a connection. */
const markOf = (host: string) => createHash('md5').update(host).digest('hex').slice(0, MARK_LENGTH)

export function workerName(skills: Skills): string {
  const { engine, memoryLimitBytes, host, interactiveOnly } = skills
  const mebibytes = Math.floor(memoryLimitBytes / MEBIBYTE)
  return [WORKER_APPLICATION, engine, mebibytes, markOf(host), ...(interactiveOnly ? [ONLY_URGENT] : [])].join(' ')
}

export interface Wanted {
  engine: string
  modelHash: string
  urgent: boolean
  /** It is too large for this worker; else the model or the engine is not here. */
  isTooLarge: boolean
}

/** Is some other worker connected that may do what this one cannot? */
export async function otherCan(store: Store, mine: Skills, wanted: Wanted): Promise<boolean> {
  const rows = await store.query<{ name: string; hasModel: boolean }>(
    `SELECT a.application_name AS name, EXISTS (
       SELECT 1 FROM model m JOIN model_location l ON l.model_id = m.id
       WHERE m.hash = $2 AND left(md5(l.host), $3) = split_part(a.application_name, ' ', 4)
     ) AS "hasModel"
     FROM pg_stat_activity a WHERE a.datname = current_database() AND starts_with(a.application_name, $1)`,
    [`${WORKER_APPLICATION} `, wanted.modelHash, MARK_LENGTH],
  )
  return rows.some(({ name, hasModel }) => {
    const [, engine, mebibytes, mark, only] = name.split(' ')
    if (!hasModel || engine !== wanted.engine || (only === ONLY_URGENT && !wanted.urgent)) return false
    return wanted.isTooLarge
      ? Number(mebibytes) > Math.floor(mine.memoryLimitBytes / MEBIBYTE)
      : engine !== mine.engine || mark !== markOf(mine.host)
  })
}
