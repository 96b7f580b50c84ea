/**
 * The systemd system unit of a process, out of its `/proc/<pid>/cgroup` (cgroup v1 or v2).
 *
 * What runs in a person's session (`user@1000.service`, `session-3.scope`) has none: that is
 * whatever they started by hand. Neither has what runs in a container, which has units of its own.
 */
export function systemdUnit(cgroupFile: string): string | null {
  for (const line of cgroupFile.split('\n')) {
    const [, controllers, path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers !== '' && controllers !== 'name=systemd') continue;
    if (/\/(user\.slice|user@|docker[/-]|kubepods|machine\.slice|lxc\/|lxc\.payload)/.test(path))
      continue;
    // A service with delegated control groups has folders of its own below it: the first counts.
    const unit = path.split('/').find((part) => part.endsWith('.service'));
    if (unit) return unit;
  }
  return null;
}
