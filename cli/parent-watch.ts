/**
 * Ends a worker whose parent is gone, whatever its main thread is doing. The main thread learns of it from its channel and ends
 * in order; but while it computes, or hangs, it learns nothing.
 */
import { usedServers } from '../src/postgres/embedded.ts'
import { startThread } from '../src/spawn/spawn.ts'

/** Only for a process that has a channel to its parent. Ends with the process. */
export function watchParent(): void {
  if (process.channel === undefined || process.channel === null) return
  startThread(import.meta.url, 'parent-watch-thread', { parent: process.ppid, servers: usedServers() }).unref()
}
