import type { KeyClaim, KeyRegister } from '../../keys.ts';
import type { Group } from './deciding.ts';
import type { Request } from './request.ts';

interface GroupClaim extends KeyClaim {
  readonly group: Group;
  readonly request: Request;
}

/**
 * Claims the keys of what was accepted. Where another stream has one, that request gets its
 * refusal, and its group's state is broken: it is decided again.
 */
export async function claimKeys(register: KeyRegister, groups: readonly Group[]): Promise<void> {
  const claims: GroupClaim[] = [];
  for (const group of groups) {
    for (const { keys, request } of group.decided) {
      if (keys.length > 0) claims.push({ keys, stream: group.stream.name, group, request });
    }
  }
  if (claims.length === 0) return;
  const taken = await register.claim(claims);
  if (taken.size === 0) return;
  for (const { keys, stream, group, request } of claims) {
    const key = keys.find((each) => (taken.get(each) ?? stream) !== stream);
    if (key === undefined) continue;
    request.refusal = group.stream.decider.claims?.taken(request.command, key) ?? null;
    group.warm.isBroken = true;
  }
}
