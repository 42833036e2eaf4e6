/** How our server is set up, and on which port it listens. */
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { type Cluster, PORT_FILE, SETTINGS_FILE, read, write } from './cluster-folder.ts'

/** What a start may be told. */
export interface StartOptions {
  /** Lines of postgresql.conf beyond our own. */
  settings?: Record<string, string>
  /** Whether processes hold the address of last time: then the port is not another one. */
  keepPort?: boolean
}

/**
 * Written at every start, so that a new version's settings reach old folders; never while a server runs, which would
 * not hear of it.
 */
export async function configure(cluster: Cluster, { settings: more, keepPort }: StartOptions): Promise<void> {
  const port = await choosePort(cluster, keepPort ?? false)
  const settings = {
    listen_addresses: `'127.0.0.1'`,
    port: String(port),
    // Sockets in the file system would need a folder that the server's account may write; loopback is enough.
    unix_socket_directories: `''`,
    max_connections: '200',
    shared_buffers: `'256MB'`,
    // Bulk loads otherwise checkpoint every few seconds.
    max_wal_size: `'4GB'`,
    wal_compression: 'on',
    // Compiling a plan takes longer than the short queries that are asked here.
    jit: 'off',
    random_page_cost: '1.1',
    timezone: `'UTC'`,
    log_timezone: `'UTC'`,
    ...more,
  }
  const text = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`)
  write(cluster.folder, SETTINGS_FILE, text.join(''), cluster.account)
  write(cluster.folder, PORT_FILE, String(port), cluster.account)
}

/** The port of last time, so that addresses people noted stay good; another when something else has taken it. */
async function choosePort(cluster: Cluster, keepPort: boolean): Promise<number> {
  const file = path.join(cluster.folder, PORT_FILE)
  const kept = fs.existsSync(file) ? Number(read(cluster, PORT_FILE)) : 0
  if (keepPort && kept) return kept
  return (kept && (await tryListen(kept))) || (await tryListen(0)) || kept
}

/** After joining a server whose port the file has not: it is the file that is wrong. */
export function notePort(cluster: Cluster, port: number): void {
  const file = path.join(cluster.folder, PORT_FILE)
  if (fs.existsSync(file) && read(cluster, PORT_FILE) === String(port)) return
  write(cluster.folder, PORT_FILE, String(port), cluster.account)
}

/** The port that was bound and given back, or 0 when it is taken. */
const tryListen = (port: number): Promise<number> =>
  new Promise((resolve) => {
    const server = net.createServer()
    server.on('error', () => resolve(0))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
