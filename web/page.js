const API = '/api/v3/cmdb';
const POLL_MS = 2000;
const at = (id) => document.getElementById(id);
let chosenType = null;
let cursor = null;

/** Text goes in as text: names of things come from outside. */
function element(tag, text, attributes = {}) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.textContent = text;
  return made;
}

/** For as long as the tab is open: a token that outlives it would lie around. */
const TOKEN = 'cmdb-token';

async function call(path, options) {
  const token = sessionStorage.getItem(TOKEN);
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const response = await fetch(API + path, { ...options, headers });
  const body = await response.json();
  at('entry').hidden = response.status !== 401;
  if (!response.ok) throw new Error(`${body.title}: ${body.detail}`);
  return body;
}

/** Runs an action and shows why it failed; polling does not wipe off what a person's click met. */
async function attempt(action, isPoll = false) {
  const message = at('message');
  try {
    await action();
    if (!isPoll || message.isPoll) message.hidden = true;
  } catch (error) {
    Object.assign(message, { textContent: error.message, hidden: false, isPoll });
  }
}

async function showCounts() {
  const stats = await call('/stats');
  const counts = {
    'configuration items': stats.total_cis,
    relationships: stats.total_relationships,
    classes: Object.keys(stats.by_type).length,
    'in production': stats.by_environment.production ?? 0,
  };
  const boxes = Object.entries(counts).map(([label, count]) => {
    const box = element('div', label);
    box.prepend(element('strong', count.toLocaleString()));
    return box;
  });
  at('counts').replaceChildren(...boxes);
  const buttons = [['all', null, stats.total_cis]]
    .concat(Object.entries(stats.by_type).map(([type, count]) => [type, type, count]))
    .map(([label, type, count]) => {
      const button = element('button', `${label} ${count}`, { type: 'button' });
      button.ariaPressed = String(type === chosenType);
      button.onclick = () => {
        chosenType = type;
        return attempt(() => Promise.all([showCounts(), showItems()]));
      };
      return button;
    });
  at('types').replaceChildren(...buttons);
}

async function showItems(after = null) {
  const query = new URLSearchParams({ limit: '50' });
  if (chosenType) query.set('ci_type', chosenType);
  if (after) query.set('cursor', after);
  const page = await call(`/cis?${query}`);
  const rows = page.items.map((item) => {
    const row = document.createElement('tr');
    const name = document.createElement('td');
    name.append(element('a', item.display_name, { href: `${API}/ci/${item.ci_id}` }));
    const where = [item.provider, item.region].filter(Boolean).join(' / ');
    const cells = [item.resource_type, item.status, item.environment, where];
    row.append(name, ...cells.map((text) => element('td', text)));
    return row;
  });
  if (after) at('items').append(...rows);
  else at('items').replaceChildren(...rows);
  cursor = page.next_cursor;
  at('more').hidden = !cursor;
}

/** @returns whether it is still running */
async function showDiscovery() {
  const [last] = (await call('/discoveries?limit=1')).items;
  if (!last) return false;
  const run = await call(`/discoveries/${last.run_id}?limit=1`);
  const { slices_done: done, slices_total: total } = run.progress;
  const isRunning = run.status === 'running';
  const tone = run.status === 'completed' || isRunning ? '' : 'bad';
  const line = element('div', '');
  line.append(
    element('strong', run.status.replaceAll('_', ' '), { className: tone }),
    element(
      'span',
      ` – ${done} of ${total} slices – ${new Date(run.started_at).toLocaleString()} `,
      {
        className: 'faint',
      },
    ),
  );
  if (run.temporal_ui_url) {
    line.append(element('a', 'workflow', { href: run.temporal_ui_url }));
    Object.assign(at('temporal'), { href: new URL(run.temporal_ui_url).origin, hidden: false });
  }
  const bar = element('progress', '', { max: Math.max(total, 1), value: done });
  bar.ariaLabel = 'Slices done';
  const errors = run.errors.map(({ code, message }) =>
    element('div', `${code}: ${message}`, { className: 'bad' }),
  );
  at('discovery').replaceChildren(line, ...(isRunning ? [bar] : []), ...errors);
  at('discover').disabled = isRunning;
  return isRunning;
}

async function follow() {
  const wasRunning = at('discover').disabled;
  const isRunning = await showDiscovery();
  if (wasRunning || isRunning) await Promise.all([showCounts(), showItems()]);
}

at('more').onclick = () => attempt(() => showItems(cursor));
at('discover').onclick = () =>
  attempt(async () => {
    await call('/discover', { method: 'POST' });
    at('discover').disabled = true;
  });
at('entry').onsubmit = (event) => {
  event.preventDefault();
  sessionStorage.setItem(TOKEN, at('token').value.trim());
  at('token').value = '';
  return attempt(() => Promise.all([showCounts(), showItems(), showDiscovery()]));
};
await attempt(() => Promise.all([showCounts(), showItems(), showDiscovery()]));
setInterval(() => attempt(follow, true), POLL_MS);
