// Who is signed in, and the rights that the pages ask for.
import { onSessionEnded, command, read } from '@kit/ask/ask'
import type { Role, SessionView } from '@kit/wire/wire'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'

export const useSession = defineStore('session', () => {
  const session = ref<SessionView | null>(null)
  /** Known whether somebody is signed in. */
  const looked = ref(false)
  /** The session ended while a page was open: sign-in stands over the page. */
  const ended = ref(false)

  onSessionEnded(() => {
    if (session.value) ended.value = true
  })

  async function look(): Promise<void> {
    const answer = await read<SessionView>('/api/v1/session')
    if (answer.ok) session.value = answer.value
    looked.value = true
  }

  async function signIn(account: string, password: string) {
    const answer = await command<SessionView>('/api/v1/session', { account, password })
    if (answer.ok) {
      session.value = answer.value
      ended.value = false
    }
    return answer
  }

  async function signOut(): Promise<void> {
    await command('/api/v1/session', undefined, { method: 'DELETE' })
    session.value = null
    ended.value = false
  }

  const role = computed<Role | null>(() => session.value?.role ?? null)
  /** May decide on cases: `street` within its own jurisdictions. */
  const decides = computed(() => role.value === 'command' || role.value === 'street')
  const commands = computed(() => role.value === 'command')
  const takesCalls = computed(() => role.value === 'command' || role.value === 'street' || role.value === 'department')
  /** Sees who is due a visit. */
  const seesRevisits = computed(() => role.value === 'command' || role.value === 'street' || role.value === 'auditor')
  const seesConsole = computed(() => role.value !== null && ['command', 'street', 'department', 'auditor'].includes(role.value))

  return { session, looked, ended, look, signIn, signOut, role, decides, commands, takesCalls, seesRevisits, seesConsole }
})
