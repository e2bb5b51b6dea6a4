// A case as the panel shows it: what was read whole, under what the live picture knows since. Pure.
import type { Picture } from '@kit/fold/picture'
import type { CaseRow, CaseView, EscalationView, TaskView } from '@kit/wire/wire'

/** The newest row: that of the picture unless the whole case was read later. */
export function newestRow(picture: Picture, whole: CaseView | null, caseId: string): CaseRow | null {
  const row = picture.cases.get(caseId) ?? null
  if (whole?.id !== caseId) return row
  return row && row.seq >= whole.seq ? row : whole
}

export function escalationsOf(picture: Picture, whole: CaseView | null, caseId: string): EscalationView[] {
  const found = new Map<string, EscalationView>()
  if (whole?.id === caseId) for (const escalation of whole.escalations) found.set(escalation.id, escalation)
  for (const escalation of picture.escalations.values()) {
    if (escalation.case_id !== caseId && !escalation.cases.includes(caseId)) continue
    const known = found.get(escalation.id)
    if (!known || escalation.seq >= known.seq) found.set(escalation.id, escalation)
  }
  return [...found.values()]
}

/** Newest first; a task of the picture counts over the one that was read. */
export function tasksOf(picture: Picture, whole: CaseView | null, caseId: string): TaskView[] {
  const found = new Map<string, TaskView>()
  if (whole?.id === caseId) for (const task of whole.tasks) found.set(task.id, task)
  for (const task of picture.tasks.values()) if (task.case_id === caseId) found.set(task.id, task)
  return [...found.values()].sort((a, b) => (a.made_at < b.made_at ? 1 : -1))
}

/** How often a picture may make the panel read the case again. */
export const READ_AGAIN_AFTER_MS = 400
