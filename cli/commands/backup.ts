/** `tributary backup` and `tributary restore`. */
import type { Command } from '@commander-js/extra-typings'
import type { CliContext } from '../context.ts'

const EXAMPLES = `
Examples:
  $ tributary backup /mnt/backups/2026-11-22
  $ TRIBUTARY_HOME=/srv/other tributary restore /mnt/backups/2026-11-22

A backup is one snapshot, taken while others work. It holds everything but the queue and the model folders. It is restored
into an empty database, of the same or a later version of Tributary, on any server.`

export function addBackup(program: Command, context: CliContext): void {
  program
    .command('backup')
    .summary('write everything stored into a folder')
    .description('Writes all that is stored into a new folder.')
    .argument('<folder>', 'a folder that does not exist yet')
    .addHelpText('after', EXAMPLES)
    .action(async (folder: string) => (await import('../actions/backup.ts')).backUp(folder, context))
  program
    .command('restore')
    .summary('read a backup into an empty database')
    .description('Reads a backup into an empty database.')
    .argument('<folder>', 'what tributary backup has written')
    .addHelpText('after', EXAMPLES)
    .action(async (folder: string) => (await import('../actions/backup.ts')).restoreFrom(folder, context))
}
