/** Inserts ids into COPY statements, which take no parameters. */

/** Replaces each `$name` by the ids of that name, which consist of digits only. */
export function withIds(sql: string, ids: Readonly<Record<string, readonly string[]>>): string {
  return sql.replaceAll(/\$([a-z]+)/g, (_, name: string) => {
    const values = ids[name]
    if (values === undefined) throw new Error(`a part without ${name}`)
    const strange = values.find((value) => !/^\d+$/.test(value))
    if (strange !== undefined) throw new Error(`${strange} is no id`)
    return values.join(',')
  })
}
