// The types of the wire are those that the API document gives; `npm run wire` writes them anew.
import { readFileSync } from 'node:fs'
import openapiTS, { astToString } from 'openapi-typescript'
import { expect, test } from 'vitest'

test('the types are generated from the API document that stands beside them', async () => {
  const document = JSON.parse(readFileSync(new URL('./openapi.json', import.meta.url), 'utf8'))
  const generated = astToString(await openapiTS(document, { defaultNonNullable: false }))
  const kept = readFileSync(new URL('./api.ts', import.meta.url), 'utf8')
  // The command line puts a note of its own in front.
  expect(kept.endsWith(generated)).toBe(true)
})
