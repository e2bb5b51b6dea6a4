// The accessibility check of a page: levels A and AA of WCAG 2.2.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const source = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Found {
  violations: { id: string; help: string; nodes: { target: string[]; failureSummary: string }[] }[]
}

/** One line for each thing that is wrong; empty when nothing is. */
export async function axe(page: Page): Promise<string[]> {
  // Evaluated by the driver, not loaded by the page: the policy of the page stays as it is.
  await page.evaluate(await source)
  const found = (await page.evaluate(() =>
    (window as unknown as { axe: { run: (root: Document, options: unknown) => unknown } }).axe.run(document, {
      runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
      resultTypes: ['violations'],
    }),
  )) as Found
  return found.violations.flatMap((violation) =>
    violation.nodes.slice(0, 5).map((node) => `${violation.id} (${violation.help}) at ${node.target.join(' ')}: ${node.failureSummary.replaceAll('\n', ' ')}`),
  )
}
