// The room as everybody sees it: who one is, what the host offers, the wall's button below results.
(() => {
  const pg = window.playground, words = pg.words.room, EVERY = 2000;
  const room = pg.room = {here: false, state: null, listeners: [], heard: (listener) => { room.listeners.push(listener); if (room.state) listener(room.state); }};

  // Asks one of the room's addresses; a refusal is told, and gives null.
  const send = (path, body) => {
    const query = body ? '' : `${path.includes('?') ? '&' : '?'}language=${pg.language}`;
    return fetch(`${pg.root()}/room/${path}${query}`, body && {
      method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({...body, language: pg.language}),
    }).catch(() => null);
  };
  room.ask = async (path, body) => {
    const answer = await send(path, body);
    if (!answer) return null;
    const told = await answer.json().catch(() => null);
    if (told?.refused) pg.toast(told.detail, 'error');
    return answer.ok ? told : null;
  };

  // Asks for what comes line by line; tells the lines so far each time that there are more.
  room.read = async (path, tell) => {
    const answer = await send(path, {});
    if (!answer?.ok) return '';
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let told = '';
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) tell(told += part.value);
    } catch { /* the app was stopped in the middle */ }
    return told.trim();
  };

  pg.kinds.room = ({element, spec}) => {
    room.here = true;
    const who = pg.el('span', {className: 'pg-who'}), host = pg.el('span', {className: 'pg-chips', hidden: true});
    const rename = pg.button('pg-rename', words.RENAME, async () => {
      const name = prompt(pg.in(words.NAME), room.state?.name ?? '');
      if (name !== null && await room.ask('name', {name})) look();
    }, 'pg-small-button');
    host.append(
      pg.button('pg-host-panel', words.PANEL, () => pg.hostPanel(spec), 'pg-small-button pg-primary'),
      pg.el('a', {className: 'pg-button pg-small-button', href: `${pg.root()}/present`, target: '_blank', id: 'pg-present', says: words.PRESENT}));
    element.append(pg.el('div', {className: 'pg-room'}, who, rename, host));

    const look = async () => {
      const answer = await fetch(`${pg.root()}/room/state`).catch(() => null);
      // Who was sent out, or whose room was closed, is told so at the door.
      if (answer?.status === 401) return location.reload();
      if (!answer?.ok) return;
      const state = await answer.json(), before = room.state;
      if (pg.booted(state.boot)) return;
      room.state = state;
      pg.say(who, pg.fill(words.YOU, state.name, state.here));
      host.hidden = !state.host;
      if (!before || before.version !== state.version) offer(state);
      room.listeners.forEach((listener) => listener(state, before));
    };
    const poll = async () => { await look(); setTimeout(poll, EVERY); };
    document.addEventListener('visibilitychange', () => { if (!document.hidden) look(); });
    room.look = look;
    poll();
  };

  // What the host offers, and how far; the server refuses what is beyond it all the same.
  pg.offered = (what, id) => {
    const limits = room.state && !room.state.host ? room.state.limits[what] : [];
    return !limits?.length || limits.includes(id);
  };
  const bounded = (form) => {
    const bounds = room.state?.bounds ?? {};
    for (const field of form.spec.borrows ? [] : form.spec.fields) {
      if (field.kind !== 'slider') continue;
      const own = form.state?.most[field.name] ?? field.max, most = Math.min(own, bounds[field.name] ?? own);
      if (most !== own || form.pgBounded?.[field.name]) form.fields[field.name].bound(most);
      (form.pgBounded ||= {})[field.name] = most !== own;
    }
  };
  const offer = () => {
    const tabs = [...document.querySelectorAll('#pg-tabs > .tab-wrapper button[role=tab]')];
    for (const tab of tabs) {
      const name = tab.id.replace('-tab-button', '');
      tab.hidden = name !== 'gallery' && !pg.offered('tabs', pg.tabFamilies[name] ?? name);
      tab.style.display = tab.hidden ? 'none' : '';
    }
    const chosen = tabs.find((tab) => tab.getAttribute('aria-selected') === 'true');
    if (chosen?.hidden) tabs.find((tab) => !tab.hidden)?.click();
    for (const form of Object.values(pg.forms)) {
      bounded(form);
      if (form.task === form.family && form.spec.checkpoints && room.state.limits.checkpoints.length) pg.chooseCheckpoint(form, form.checkpoint, true, true);
    }
  };
  document.addEventListener('pg:checkpoint', ({detail}) => bounded(detail.form));

  // Below every result: a button that puts it on the wall, or takes it down again.
  const buttons = {};
  const hung = (task) => room.state?.wall[pg.results[task]?.made?.id];
  const say = (task) => { if (buttons[task]) pg.say(buttons[task], hung(task) ? words.ON_WALL : words.TO_WALL); };
  const press = async (task) => {
    const id = pg.results[task]?.made?.id;
    if (!id) return pg.toast(pg.in(words.NOT_MADE));
    const there = hung(task), done = await room.ask(there ? 'wall/take' : 'wall/put', there ? {hung: there} : {id});
    if (done && !there) pg.toast(pg.in(words.PUT_UP));
    if (done) room.look();
    return null;
  };
  document.addEventListener('pg:made', ({detail: {task}}) => {
    if (!room.state) return;
    buttons[task] ||= document.getElementById(`${task}-downloads`).parentElement.insertBefore(
      pg.button(`${task}-to-wall`, words.TO_WALL, () => press(task), 'pg-small-button pg-wall'),
      document.getElementById(`${task}-downloads`).nextSibling);
    say(task);
  });
  room.heard(() => Object.keys(buttons).forEach(say));
})();
