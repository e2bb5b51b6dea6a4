// The form of a decision on one case: its draft with the reason, and the decision made from it.
import type { ChangesAnswer } from '@kit/wire/wire'
import { words } from '@kit/words/words'
import type { DialogProps } from './dialog_props'
import { useDecisions } from './decisions'
import { type Reason, noReason, reasonText } from './reason'
import { useDecision } from './use_decision'

export interface FormMeans<T extends object> {
  start: () => T
  /** Last part of the path below the case; a whole path begins with a slash. */
  to: string | ((draft: T) => string)
  body: (draft: T) => Record<string, unknown> | null
  reasoned?: boolean
  caseId?: (draft: T) => string
  done?: (answer: ChangesAnswer, draft: T, reason: string) => void | Promise<void>
}

export function useForm<T extends object>(props: DialogProps, means: FormMeans<T>) {
  const decisions = useDecisions()
  const name = `${props.kind}/${props.row.id}/${props.given.n ?? props.given.sighting ?? ''}`
  const draft = decisions.draft<T & { reason: Reason }>(name, () => ({ ...means.start(), reason: noReason() }))
  const caseId = () => means.caseId?.(draft) ?? props.row.id
  const reason = () => reasonText(draft.reason, words.value.casePanel.decide.quick[props.kind] ?? [])
  const decision = useDecision({
    caseId,
    path: () => {
      const to = typeof means.to === 'function' ? means.to(draft) : means.to
      return to.startsWith('/') ? to : `/api/v1/cases/${caseId()}/${to}`
    },
    body: () => means.body(draft),
    ...(means.reasoned === false ? {} : { reason }),
    draft: name,
    done: (answer) => means.done?.(answer, draft, reason()),
  })
  return { draft, decision }
}
