/** Pages by key (keyset.ts) in handwritten SQL, for lists whose order Prisma cannot express. */
import { Prisma } from '../../prisma/generated/client/client.ts'
import type { Order, PageQuery } from './keyset.ts'

/** What each column of an order is in a statement. */
export type Columns<Column extends string> = Readonly<Record<Column, Prisma.Sql>>

/** What is beyond the cursor; true on the first page. */
export function beyondSql<Column extends string>(
  { beyond }: Pick<PageQuery<Column>, 'beyond'>, order: Order<Column>, columns: Columns<Column>,
): Prisma.Sql {
  if (beyond === undefined) return Prisma.sql`true`
  const alternatives = beyond.map((condition) => {
    const parts = order.flatMap(({ column, type }) => {
      const { equals, gt, lt } = condition[column] ?? {}
      // Cast to the column's own type, so that an index can be used.
      const cast = Prisma.raw(type === 'int' ? 'int8' : 'float8')
      const is = (sign: '=' | '>' | '<', value: number | undefined) =>
        value === undefined ? [] : [Prisma.sql`${columns[column]} ${Prisma.raw(sign)} ${value}::${cast}`]
      return [...is('=', equals), ...is('>', gt), ...is('<', lt)]
    })
    return Prisma.sql`(${Prisma.join(parts, ' AND ')})`
  })
  return Prisma.sql`(${Prisma.join(alternatives, ' OR ')})`
}

export function orderSql<Column extends string>(
  { orderBy }: Pick<PageQuery<Column>, 'orderBy'>, order: Order<Column>, columns: Columns<Column>,
): Prisma.Sql {
  const directions = Object.assign({}, ...orderBy) as Partial<Record<Column, 'asc' | 'desc'>>
  const parts = order.map(({ column }) => Prisma.sql`${columns[column]} ${Prisma.raw(directions[column] === 'desc' ? 'DESC' : 'ASC')}`)
  return Prisma.join(parts, ', ')
}
