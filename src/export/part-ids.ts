/** Ids in statements of COPY, which takes no parameters. */

/** `$name` becomes the ids of that name; all of them are digits. */
export function withIds(sql: string, ids: Readonly<Record<string, readonly string[]>>): string {
  return sql.replaceAll(/\$([a-z]+)/g, (_, name: string) => {
    const values = ids[name]
    if (values === undefined) throw new Error(`a part without ${name}`)
    const strange = values.find((value) => !/^\d+$/.test(value))
    if (strange !== undefined) throw new Error(`${strange} is no id`)
    return values.join(',')
  })
}
