import type { User } from '../api';

export function Desk({ user }: { user: User }) {
  return <main>{user.name}</main>;
}
