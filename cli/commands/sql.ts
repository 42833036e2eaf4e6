/** `tributary sql` and `tributary sql-role`: for people who think in SQL. */
import type { Command } from '@commander-js/extra-typings'
import type { CliContext } from '../context.ts'

const SQL_EXAMPLES = `
Examples:
  $ tributary sql "SELECT model, count(*) FROM result_readable GROUP BY model"
  $ tributary sql --csv "SELECT * FROM token_scores WHERE dataset = 'demo-ioi'" > scores.csv
  $ tributary sql --json "SELECT * FROM run_progress"

Runs one statement that can change nothing. The README lists the views.`

const ROLE_EXAMPLES = `
Examples:
  $ tributary sql-role create analyst
  $ tributary sql-role create notebook --timeout 300
  $ tributary sql-role drop analyst

The role reads every table and view but the API keys, can change nothing, and its statements end after the timeout.
Tables that a later version adds are not open to it: drop it and make it again.`

export function addSqlCommands(program: Command, context: CliContext): void {
  program
    .command('sql')
    .summary('ask the database in SQL, reading only')
    .description('Runs one SQL statement in a transaction that can only read, and prints what it gives.')
    .argument('<statement>')
    .option('--json', 'print one JSON array of objects')
    .option('--csv', 'print CSV with a header')
    .option('--timeout <seconds>', 'when to give up (default: 60)')
    .addHelpText('after', SQL_EXAMPLES)
    .action(async (statement, { json = false, csv = false, timeout }) => {
      const { sql } = await import('../actions/sql.ts')
      await sql(statement, { json, csv, timeout }, context)
    })
  const role = program
    .command('sql-role')
    .summary('make and drop database roles that only read')
    .description('Makes and drops database roles for people who read with SQL.')
  role
    .command('create')
    .description('Makes a role and prints its address with the password, this once.')
    .argument('<name>')
    .option('--timeout <seconds>', 'when its statements end (default: 60)')
    .action(async (name, { timeout }) => {
      const { createRole } = await import('../actions/sql-role.ts')
      await createRole(name, { timeout }, context)
    })
  role
    .command('drop')
    .description('Drops a role.')
    .argument('<name>')
    .action(async (name) => {
      const { dropRole } = await import('../actions/sql-role.ts')
      await dropRole(name, context)
    })
  role.addHelpText('after', ROLE_EXAMPLES)
}
