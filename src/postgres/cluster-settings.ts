/** The settings of our server, and the port on which it listens. */
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { type Cluster, PORT_FILE, SETTINGS_FILE, read, write } from './cluster-folder.ts'

/** Options for a start. */
export interface StartOptions {
  /** Additional lines of postgresql.conf. */
  settings?: Record<string, string>
  /** Whether processes use the last address; the port must then stay the same. */
  keepPort?: boolean
}

/**
 * Writes the settings at every start, so that the settings of a new version reach old folders. It is never called
 * while a server runs, because the server would not notice.
 */
export async function configure(cluster: Cluster, { settings: more, keepPort }: StartOptions): Promise<void> {
  const port = await choosePort(cluster, keepPort ?? false)
  const settings = {
    listen_addresses: `'127.0.0.1'`,
    port: String(port),
    // Sockets in the file system would need a folder that the server's account can write to; loopback is enough.
    unix_socket_directories: `''`,
    max_connections: '200',
    shared_buffers: `'256MB'`,
    // Without this, bulk loads would cause a checkpoint every few seconds.
    max_wal_size: `'4GB'`,
    wal_compression: 'on',
    // Compiling a plan takes longer than our short queries.
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

/** The last port, so that addresses people noted stay valid; another one if something else has taken it. */
async function choosePort(cluster: Cluster, keepPort: boolean): Promise<number> {
  const file = path.join(cluster.folder, PORT_FILE)
  const kept = fs.existsSync(file) ? Number(read(cluster, PORT_FILE)) : 0
  if (keepPort && kept) return kept
  return (kept && (await tryListen(kept))) || (await tryListen(0)) || kept
}

/** Corrects the port file after joining a server that listens on another port: then the file is wrong. */
export function notePort(cluster: Cluster, port: number): void {
  const file = path.join(cluster.folder, PORT_FILE)
  if (fs.existsSync(file) && read(cluster, PORT_FILE) === String(port)) return
  write(cluster.folder, PORT_FILE, String(port), cluster.account)
}

/** The port if it could be bound (it is released again), or 0 if it is taken. */
const tryListen = (port: number): Promise<number> =>
  new Promise((resolve) => {
    const server = net.createServer()
    server.on('error', () => resolve(0))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
